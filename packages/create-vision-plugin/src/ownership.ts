import { types } from './catalogue.ts';

/**
 * Who a generated file belongs to. `seed`: the user, from the first moment. `managed`: this tool, until the user
 * changes it. `json`: per key, with the values we wrote. `block`: a marked region.
 */
export type Ownership = 'seed' | 'managed' | 'json' | 'block';

/** The files with the class of each type. */
const startHere = new RegExp(`^src/(?:${types.join('|')})\\.ts$`);

/** Files of a plugin, by path: who owns them and what they are for. Anything else is a seed. */
const table: ReadonlyArray<readonly [path: RegExp, ownership: Ownership, meaning: string]> = [
  [/^package\.json$/, 'json', 'dependencies and scripts'],
  [/^tsconfig\.json$/, 'managed', 'type checking, for the editor and the tests'],
  [/^tsconfig\.build\.json$/, 'managed', 'what the build compiles'],
  [/^vitest\.config\.ts$/, 'managed', 'how the tests run'],
  [/^README\.md$/, 'seed', 'usage, options and events'],
  [/^LICENSE$/, 'seed', 'the licence'],
  [/^\.gitignore$/, 'seed', 'what git leaves out'],
  [/^\.oxfmtrc\.json$/, 'managed', 'how the code is formatted'],
  [/^\.github\//, 'managed', 'what runs on each push'],
  [/^\.env\.example$/, 'block', 'the variables to set'],
  [/^src\/index\.ts$/, 'block', 'what the package exports'],
  [/^src\/options\.ts$/, 'seed', 'the options that all parts have'],
  [/^src\/turn-detection\.ts$/, 'seed', 'the plugin: start here, with what a frame of audio says'],
  [/^src\/processor\.ts$/, 'seed', 'the plugin: start here, with what is done with a frame'],
  [startHere, 'seed', "the plugin: start here, with your provider's protocol"],
  [/^src\/[a-z-]+-client\.ts$/, 'seed', "the vendor's client: what it is asked, and answers"],
  [/^src\/[a-z-]+-worker\.ts$/, 'seed', 'what runs in a thread of its own'],
  [/^src\//, 'seed', 'source'],
  [/^test\/fake-turn-detection/, 'seed', 'a model of a few hundred bytes, for the tests'],
  [/^test\/fake-stt-engine/, 'seed', 'an engine that knows the recordings, for the tests'],
  [/^test\/turn-detection\.live/, 'seed', 'a test of the real model, when it is there'],
  [/^test\/fake-/, 'seed', 'a provider that speaks the protocol, for the tests'],
  [/^test\/.*\.live\.test\.ts$/, 'seed', 'a test against the real service, when a key is set'],
  [/^test\//, 'seed', 'contract and behaviour, offline'],
  [/^example\/listen/, 'seed', 'example: it hears a recording'],
  [/^example\/say/, 'seed', 'example: it speaks a text'],
  [/^example\/chat/, 'seed', 'example: it answers a question, and calls a function'],
  [/^example\/watch/, 'seed', 'example: it watches a video, and says what it sees'],
  [/^example\/talk/, 'seed', 'example: it hears a recording, and answers aloud'],
  [/^example\/take-turns/, 'seed', 'example: it tells when a speaker begins and ends'],
  [/^example\/observe/, 'seed', 'example: it tells what it sees or hears'],
  [/^example\/converse/, 'seed', 'example: from a recording to the spoken answer'],
  [/^example\//, 'seed', 'an example to run'],
];

export const PROVENANCE_FILE = '.vision-plugin.json';

export function ownershipOf(path: string): Ownership {
  return table.find(([pattern]) => pattern.test(path))?.[1] ?? 'seed';
}

export function meaningOf(path: string): string {
  if (path === PROVENANCE_FILE) return 'how this was made, for later updates';
  return table.find(([pattern]) => pattern.test(path))?.[2] ?? '';
}
