// The commands that write are one file of the bundle: each file more takes longer to find than a small one to read.
export { add } from './add.ts';
export { create } from './create.ts';
export { update } from './update.ts';
export { release } from 'virtual:release';
