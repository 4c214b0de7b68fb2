/** The version in package.json, put in by the build. */
declare const CLI_VERSION: string;

declare module 'virtual:release' {
  import type { Release } from './release.ts';

  export const release: Release;
}
