import { types } from './catalogue.ts';

/** The provider of all examples. */
export const EXAMPLE_NAME = 'acme';

/** What an answer can look like, for a command to paste. */
export const exampleAnswers = {
  type: types[0],
  scope: EXAMPLE_NAME,
  displayName: 'Acme AI',
  classPrefix: 'AcmeAI',
  envPrefix: 'ACME_AI',
  baseUrl: 'https://api.acme.example',
  sdk: 'acme-sdk@^1.0.0',
} as const;

/** `displayName` → `--display-name`. */
export function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}
