import { types } from 'node:util';
import { PcmData } from '../audio/index.ts';
import { describeValue } from '../describe-value.ts';

/** Audio of a provider: `PcmData` of any format, or bytes of the declared `providerFormat`, cut anywhere, or of a WAV. */
export type TTSAudioData = PcmData | Uint8Array;

/** When a piece of the text is spoken. */
export interface TextTiming {
  /** A word, a syllable or a character, as it is in the text. */
  text: string;
  startMs: number;
  endMs: number;
}

/** Audio, or none yet, and when which part of the text is spoken. */
export interface AlignedAudio {
  audio?: TTSAudioData | undefined;
  alignment: readonly TextTiming[];
  /** What the times count from: the beginning of all that is spoken for this text (the default), or of this `audio`. */
  alignmentFrom?: 'text' | 'audio' | undefined;
}

export type TTSAudioItem = TTSAudioData | AlignedAudio;

/** What `streamAudio()` may return. A web stream, as the body of a response, is an async iterable. */
export type TTSAudio =
  | TTSAudioItem
  | AsyncIterable<TTSAudioItem>
  | Iterable<PcmData | AlignedAudio>;

/** What a provider's audio is read with, whatever it came as. */
export interface AudioReader {
  /** All there is comes as one item. */
  readonly whole: boolean;
  /** Undefined at the end. */
  read(): Promise<unknown>;
  /** Lets go of the provider's stream; also while a read is under way. Never rejects. */
  release(): Promise<void>;
}

/** @throws TypeError for what is no audio */
export function readAudio(audio: unknown): AudioReader {
  if (isItem(audio)) {
    let unread: unknown = audio;
    return {
      whole: true,
      read: async () => {
        const item = unread;
        unread = undefined;
        return item;
      },
      release: async () => undefined,
    };
  }
  if (audio instanceof ReadableStream) return readWebStream(audio);
  const iterator = iteratorOf(audio);
  if (!iterator)
    throw new TypeError(
      `streamAudio() returns PcmData, bytes, or a stream of them, got ${describeValue(audio)}`,
    );
  return {
    whole: false,
    read: async () => {
      const { value, done } = await iterator.next();
      return done ? undefined : value;
    },
    release: async () => {
      await quietly(() => iterator.return?.());
    },
  };
}

function isItem(value: unknown): boolean {
  return (
    PcmData.isPcmData(value) ||
    types.isUint8Array(value) ||
    (typeof value === 'object' && value !== null && 'alignment' in value)
  );
}

/** By its reader, because its iterator can't be let go of while it waits. */
function readWebStream(stream: ReadableStream<unknown>): AudioReader {
  const reader = stream.getReader();
  return {
    whole: false,
    read: async () => {
      const { value, done } = await reader.read();
      return done ? undefined : value;
    },
    release: async () => {
      await quietly(() => reader.cancel());
      reader.releaseLock();
    },
  };
}

function iteratorOf(
  value: unknown,
): AsyncIterator<unknown, unknown, undefined> | Iterator<unknown, unknown, undefined> | undefined {
  if (isAsyncIterable(value)) return value[Symbol.asyncIterator]();
  return isIterable(value) ? value[Symbol.iterator]() : undefined;
}

export function isAsyncIterable(
  value: unknown,
): value is AsyncIterable<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function isIterable(value: unknown): value is Iterable<unknown, unknown, undefined> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Whoever lets go has no use for how it went. */
async function quietly(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch {
    // What a stream says that nobody wants any more is no error.
  }
}
