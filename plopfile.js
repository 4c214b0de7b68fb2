/** `npm run plop`: the generators of create-vision-plugin. */
export { addGenerators as default } from './scripts/generators.ts';
