import { PcmData, type AudioFormat } from '../audio/index.ts';
import { ByteFramer } from '../audio/pcm-stream.ts';
import type { Participant } from '../events/participant.ts';
import type { MadeCalls, ToolResult } from '../functions/tool-runner.ts';
import { TokenCount } from '../llm/token-count.ts';
import type { ToolCall } from '../llm/message.ts';
import { heardText } from './heard-text.ts';
import type { TurnRecord } from './turn-record.ts';

/** A call that a model has asked for, and what comes of it. */
export interface BegunCall {
  readonly call: ToolCall;
  readonly result: Promise<ToolResult>;
  cancel(): void;
}

/** One response of the provider; a turn has more than one when functions are called. */
export class RealtimeResponse {
  /** Learnt late from a provider that does not tell when a response begins. */
  id: string | undefined;
  readonly turn: RealtimeTurn;
  readonly calls: BegunCall[] = [];
  /** The provider's name for its audio. */
  itemId: string | undefined;
  text = '';
  audioMs = 0;
  readonly #framer: ByteFramer;

  constructor(init: { id: string | undefined; turn: RealtimeTurn; outputFormat: AudioFormat }) {
    this.id = init.id;
    this.turn = init.turn;
    this.#framer = new ByteFramer(init.outputFormat);
  }

  /** Whether audio of it has come. */
  get spoke(): boolean {
    return this.audioMs > 0;
  }

  /** Whether nothing of it has come. */
  get empty(): boolean {
    return !this.spoke && this.text === '' && this.calls.length === 0;
  }

  /** The audio of a piece; undefined when it has no whole frame. */
  hear(audio: PcmData | Uint8Array): PcmData | undefined {
    const fields = PcmData.isPcmData(audio) ? audio : this.#framer.push(audio);
    if (fields === undefined || fields.samples.length === 0) return undefined;
    const pcm = PcmData.isPcmData(fields) ? fields : new PcmData(fields);
    this.audioMs += pcm.durationMs;
    return pcm;
  }
}

/** What was heard of a turn's answer. */
export interface Heard {
  readonly playedMs: number;
  readonly text: string;
  /** Of the last response alone. */
  readonly lastText: string;
  /** The audio that was not heard to its end, and how much of each was. */
  readonly items: readonly { itemId: string; playedMs: number }[];
}

/** What a user says or a text that is asked, with the responses to it. */
export class RealtimeTurn {
  readonly id: string;
  readonly participant: Participant | undefined;
  readonly record: TurnRecord;
  /** Calls that were made for it: one that is repeated gets the same result. */
  readonly made: MadeCalls;
  readonly count = new TokenCount();
  readonly responses: RealtimeResponse[] = [];
  /** Nothing of it may surface any more. */
  retired = false;
  /** All responses to it have ended. */
  complete = false;
  /** It was asked again after its connection was lost. */
  repeated = false;
  /** How often functions were called for it. */
  rounds = 0;
  /** When there was nothing left to wait for but the answer, and when that begins to be heard. */
  askedMs: number | undefined;
  firstAudioMs: number | undefined;

  constructor(init: {
    id: string;
    participant: Participant | undefined;
    record: TurnRecord;
    made?: MadeCalls | undefined;
  }) {
    this.id = init.id;
    this.participant = init.participant;
    this.record = init.record;
    this.made = init.made ?? new Map();
  }

  get audioMs(): number {
    return this.responses.reduce((sum, { audioMs }) => sum + audioMs, 0);
  }

  /** What was heard, if so much of the audio was played. */
  heard(playedMs: number): Heard {
    const items: { itemId: string; playedMs: number }[] = [];
    const texts: string[] = [];
    let leftMs = Math.max(0, playedMs);
    for (const { audioMs, itemId, text } of this.responses) {
      const partMs = Math.min(leftMs, audioMs);
      leftMs -= partMs;
      texts.push(audioMs === 0 ? '' : heardText(text, partMs / audioMs));
      if (itemId !== undefined && partMs < audioMs)
        items.push({ itemId, playedMs: Math.floor(partMs) });
    }
    const text = texts.filter((part) => part !== '').join(' ');
    return {
      playedMs: Math.min(Math.max(0, playedMs), this.audioMs),
      text,
      lastText: texts.at(-1) ?? '',
      items,
    };
  }
}
