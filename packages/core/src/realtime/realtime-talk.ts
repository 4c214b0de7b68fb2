import type { AudioFormat } from '../audio/index.ts';
import type { Clock } from '../clock.ts';
import type { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { Conversation } from '../llm/conversation.ts';
import type { runTools } from '../llm/hooks.ts';
import type { LLM } from '../llm/llm.ts';
import type { Metrics } from '../metrics/index.ts';
import { beginCall } from './begin-call.ts';
import { Dialogue } from './dialogue.ts';
import type { RealtimeCommand } from './realtime-command.ts';
import { RealtimeMeter } from './realtime-meter.ts';
import type { RealtimeOutput } from './realtime-output.ts';
import { RealtimeOutputs } from './realtime-outputs.ts';
import { UserTurns } from './user-turns.ts';

/** The model that talks. */
export interface RealtimeTalkInit {
  readonly llm: Pick<LLM, typeof runTools | 'signal'>;
  readonly provider: string;
  readonly outputFormat: AudioFormat;
  readonly maxToolRounds: number;
  readonly conversation: Conversation;
  readonly metrics: Metrics;
  readonly clock: () => Clock;
  /** Whose voice is heard. */
  readonly speaker: () => Participant | undefined;
  send(command: RealtimeCommand): boolean;
  onError(error: ProviderError, context: string, participant: Participant | undefined): void;
  /** An answer to what was spoken is complete. */
  onAnswered(text: string, turnId: string): void;
}

/** One talk with a model: its dialogue, what comes out of it, and what is measured of it. */
export class RealtimeTalk {
  readonly dialogue: Dialogue;
  readonly outputs: RealtimeOutputs = new RealtimeOutputs();
  readonly meter: RealtimeMeter;
  /** How much of a turn was played, where somebody knows. */
  playback: ((turnId: string) => number | undefined) | undefined;
  #interruption = new AbortController();

  constructor(init: RealtimeTalkInit) {
    const meter = new RealtimeMeter(init.metrics);
    const { llm, conversation, speaker } = init;
    const put = (item: RealtimeOutput): void => this.#put(item);
    this.meter = meter;
    this.dialogue = new Dialogue({
      provider: init.provider,
      outputFormat: init.outputFormat,
      maxToolRounds: init.maxToolRounds,
      clock: init.clock,
      users: new UserTurns({
        conversation,
        epoch: () => this.dialogue.epoch,
        now: () => init.clock().now(),
        speaker,
        put,
        onTranscript: () => meter.userTranscript(),
      }),
      send: (command) => init.send(command),
      put,
      takeBack: (turnId) => this.outputs.takeBack(turnId),
      playedMs: (turnId) => this.playback?.(turnId),
      beginCall: (call, turn) => beginCall(llm, llm.signal, call, turn),
      onInterrupted: () => this.#interrupted(),
      onError: (error, context, participant) => init.onError(error, context, participant),
      onFirstAudio: (latencyMs) => meter.firstAudio(latencyMs),
      onAgentTranscript: () => meter.agentTranscript(),
      // What answers a text is measured and told by `LLM`.
      onResponseDone: (done, { record }) => meter.response(record.spoken ? done : undefined),
      onAnswered: ({ id, record, responses }) => {
        const text = responses.map((response) => response.text).join(' ');
        if (record.spoken) init.onAnswered(text, id);
      },
    });
  }

  /** Aborted by the next interruption. */
  get interruption(): AbortSignal {
    return this.#interruption.signal;
  }

  #interrupted(): void {
    this.outputs.dropAudio();
    this.#interruption.abort(new Error('The agent was interrupted'));
    this.#interruption = new AbortController();
  }

  #put(item: RealtimeOutput): void {
    if (item.type === 'audio-output') this.meter.output(item.pcm);
    this.outputs.put(item);
  }
}
