import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { answersSchema } from './answers.ts';
import { types } from './catalogue.ts';
import { CliError, messageOf } from './errors.ts';

/** More than all answers together can be. */
const MAX_BYTES = 65_536;

/** What a file may answer: what flags may, where lists can also be written as such. */
const fileSchema = z.strictObject({
  ...Object.fromEntries(
    Object.keys(answersSchema.shape).map((key) => [key, z.optional(z.string().max(1_000))]),
  ),
  type: z.optional(z.union([z.string(), z.array(z.string()).max(types.length)])),
  transport: z.optional(z.union([z.string(), z.partialRecord(z.enum(types), z.string())])),
  workspace: z.optional(z.boolean()),
  standalone: z.optional(z.boolean()),
});

/**
 * The answers in a JSON file, as flags would give them; `-` reads them from stdin. No more is read than answers can
 * take, so that a device or a huge file is refused at once.
 *
 * @throws CliError `E_ANSWERS`
 */
export async function readAnswers(
  source: string,
  cwd: string,
  stdin: Readable,
): Promise<Readonly<Record<string, unknown>>> {
  const shown = source === '-' ? 'What stdin has' : source;
  const stream =
    source === '-' ? stdin : createReadStream(resolve(cwd, source), { end: MAX_BYTES });
  let text: string;
  try {
    text = await readBounded(stream);
  } catch (error) {
    throw unusable(shown, messageOf(error), error);
  }
  let document: unknown;
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw unusable(shown, messageOf(error), error);
  }
  const parsed = fileSchema.safeParse(document);
  if (!parsed.success) throw unusable(shown, z.prettifyError(parsed.error), parsed.error);
  const { type, transport, ...others } = parsed.data;
  return {
    ...others,
    ...(type === undefined ? {} : { type: typeof type === 'string' ? type : type.join(',') }),
    ...(transport === undefined ? {} : { transport: transportWord(transport) }),
  };
}

function transportWord(transport: string | Readonly<Record<string, string | undefined>>): string {
  if (typeof transport === 'string') return transport;
  return Object.entries(transport)
    .map(([type, word]) => `${type}=${word ?? ''}`)
    .join(',');
}

async function readBounded(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(z.union([z.string(), z.instanceof(Uint8Array)]).parse(chunk));
    size += bytes.byteLength;
    if (size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES / 1024} kB`);
    chunks.push(bytes);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}

function unusable(shown: string, reason: string, cause: unknown): CliError {
  const short = reason.length > 400 ? `${reason.slice(0, 400)}…` : reason;
  return new CliError(
    'E_ANSWERS',
    `${shown} cannot be used as answers: ${short.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')}`,
    'It is one JSON object, such as { "name": "acme", "type": ["stt"] }.',
    { cause },
  );
}
