import { parseArgs } from 'node:util';

/** Whether the real service is to be used, or another one that speaks its protocol. */
export const isReal = Boolean(process.env['OPENAI_API_KEY'] || process.env['OPENAI_BASE_URL']);

/** What was typed: texts and files, `--model`, and the switches of an example. */
export function readArguments(): {
  model: string | undefined;
  texts: string[];
  chat: boolean;
  realtime: boolean;
} {
  const { values, positionals: texts } = parseArgs({
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      chat: { type: 'boolean', default: false },
      realtime: { type: 'boolean', default: false },
    },
  });
  const { model, chat, realtime } = values;
  return { model, texts, chat, realtime };
}

/** Says who answers. */
export function introduce(fake: { url: string } | undefined, what: string): void {
  if (fake) {
    console.log(`The provider is this plugin's own fake provider, on ${fake.url}.`);
    console.log(what);
    console.log('To use a real one, set OPENAI_API_KEY, or OPENAI_BASE_URL.\n');
  } else {
    const url = process.env['OPENAI_BASE_URL'] || 'https://api.openai.com/v1';
    console.log(`The provider is the real one, ${url}.\n`);
  }
}

/** Prints why it did not work, and what to do about it. */
export function giveUp(error: unknown): void {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
