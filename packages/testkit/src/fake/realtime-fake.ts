import type { AudioFormat, PcmData } from '@vision-agents/core/audio';
import type { FakePrompt, FakeToolCall, LLMFake } from './llm-fake.ts';

/** What a speech-to-speech provider says, before it is written in the provider's own words. */
export type RealtimeSaying =
  /** The session is accepted; it can be resumed with this later, where the provider can. */
  | { type: 'ready'; sessionId: string; resume: string | undefined }
  | { type: 'speech-started' | 'speech-ended'; itemId: string }
  /** What a user said, all of it so far. */
  | { type: 'user-transcript'; itemId: string; text: string; final: boolean }
  | { type: 'response-started'; responseId: string; requestId: string | undefined }
  | { type: 'audio'; responseId: string; itemId: string; bytes: Uint8Array }
  | { type: 'agent-transcript'; responseId: string; itemId: string; delta: string }
  | { type: 'tool-call'; responseId: string; call: FakeToolCall }
  | {
      type: 'response-done';
      responseId: string;
      outcome: 'completed' | 'interrupted' | 'failed';
      message: string | undefined;
      usage: { inputTokens: number; outputTokens: number };
    }
  | { type: 'error'; message: string; requestId: string | undefined };

/** What a contract rule drives: a plugin's own fake of its speech-to-speech provider. */
export interface RealtimeFake extends LLMFake {
  readonly inputFormat: AudioFormat;
  readonly outputFormat: AudioFormat;
  /** Whether a session can be resumed after its connection was lost. */
  readonly resumes: boolean;
  /** The words that were heard, in order. */
  readonly heard: readonly string[];
  /** Audio that was received, in milliseconds. */
  readonly audioMs: number;
  /** What clients cut answers to, in milliseconds of each. */
  readonly truncations: readonly { itemId: string; playedMs: number }[];
  /** Responses that are under way. */
  readonly responding: number;
  /** Sessions that were resumed. */
  readonly resumed: number;
  /** Frames of video that were received, as URLs. */
  readonly frames: readonly string[];

  /** Resolves with the audio received so far (the last minute of it) once there is as much as that. */
  expectAudio(options?: {
    durationMs?: number | undefined;
    timeoutMs?: number | undefined;
  }): Promise<PcmData>;
  /** Says something of a type that nobody knows. */
  surprise(): void;
  /** Complains on every open session. */
  complain(message: string): void;
}

/** What a session begins with, or is changed to. */
export type FakeRealtimeSetup = Pick<FakePrompt, 'instructions' | 'tools'>;
