import type { AudioFormat } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { MadeCalls } from '../functions/tool-runner.ts';
import type { ImagePart, Message } from '../llm/message.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import type { BegunCall, RealtimeResponse, RealtimeTurn } from './realtime-turn.ts';
import type { TurnRecord } from './turn-record.ts';
import type { UserTurns } from './user-turns.ts';

export type EventOf<Type extends RealtimeEvent['type']> = Extract<RealtimeEvent, { type: Type }>;

/** Something that is to be answered. */
export type Request = Extract<RealtimeCommand, { requestId: string }> & {
  readonly turn: RealtimeTurn;
};

/** A text that is to be answered. */
export interface Question {
  readonly text: string;
  readonly images: readonly ImagePart[];
  readonly context: readonly Message[];
  readonly participant: Participant | undefined;
  readonly turnId: string;
  readonly made: MadeCalls;
  readonly record: TurnRecord;
}

/** How a turn breaks off. */
export interface BreakOff {
  readonly playedMs?: number | undefined;
  readonly cause?: 'user-speech' | 'request' | undefined;
  readonly error?: ProviderError | undefined;
  /** The response that has just ended by itself. */
  readonly ended?: RealtimeResponse | undefined;
}

/** Where what is heard of the agent goes. */
export interface VoiceInit {
  readonly clock: () => Clock;
  readonly epoch: () => number;
  put(item: RealtimeOutput): void;
  /** Takes back what nobody has read yet of this turn's answer. */
  takeBack(turnId: string): void;
  /** How much of the turn's audio was played, where somebody knows. */
  playedMs(turnId: string): number | undefined;
  onFirstAudio(latencyMs: number): void;
  onAgentTranscript(): void;
}

export interface DialogueInit extends Omit<VoiceInit, 'epoch'> {
  readonly provider: string;
  readonly outputFormat: AudioFormat;
  readonly maxToolRounds: number;
  readonly users: UserTurns;
  /** Tells the provider; false when it can't be told now. */
  send(command: RealtimeCommand): boolean;
  beginCall(call: EventOf<'tool-call'>, turn: RealtimeTurn): BegunCall;
  /** The epoch was raised: what was asked in the one before is interrupted. */
  onInterrupted(): void;
  onError(error: ProviderError, context: string, participant: Participant | undefined): void;
  onResponseDone(done: EventOf<'response-done'>, turn: RealtimeTurn): void;
  /** An answer is complete. */
  onAnswered(turn: RealtimeTurn): void;
}
