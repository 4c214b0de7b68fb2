import type { PcmData } from '../audio/index.ts';

/** A part of a text, in UTF-16 code units: from `start` up to `end`. */
export interface TextRange {
  start: number;
  end: number;
}

/** A part of a text, and when it is spoken, counted from the beginning of its speech. */
export interface SpokenRange extends TextRange {
  startMs: number;
  endMs: number;
}

/**
 * A piece of speech. The speech of a text ends with one chunk that is `final`; speech that was interrupted, or that
 * broke off with an error, has none.
 */
export interface TTSOutputChunk {
  /** 0 for the first chunk of a text. */
  index: number;
  final: boolean;
  /** In the format of `setOutputFormat()`. Only a final chunk may have none. */
  pcm: PcmData | undefined;
  /** The text that is spoken; of a text that still comes in, what is there by now. */
  text: string;
  /** The same for all chunks of one `send()`. */
  synthesisId: string;
  turnId: string;
  /** The part of the text that is heard in this chunk, where the provider tells. */
  textRange?: TextRange | undefined;
  /** What the provider has told since the last chunk: what is spoken when. It may be of other chunks. */
  alignment?: readonly SpokenRange[] | undefined;
}
