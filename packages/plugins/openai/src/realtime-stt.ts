import { defineOptions, MONO_24K, ProviderError, StreamingSTT } from '@vision-agents/core';
import type { OptionsInput, SocketSpec, SpeakerStream } from '@vision-agents/core';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { z } from 'zod';
import { streamFailure } from './failure.ts';
import { env, needsKey, provider, sessionAccount, withKey } from './options.ts';
import { appendAudio, sessionAddress } from './realtime/session-socket.ts';
import { TranscriptionEvent } from './transcription/transcription-event.ts';
import { SpokenItems } from './transcription/spoken-items.ts';
import { confidenceOf, hasProbabilities, languageOf, onlyOf } from './transcription/told.ts';

/** What users pass to `new RealtimeSTT()`. An option in `env` may also come from that environment variable. */
export const realtimeSTTOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...sessionAccount,
      model: z
        .string()
        .min(1)
        .refine((model) => !/^gpt-(live-transcribe|realtime-whisper)/.test(model), {
          error: 'this model does not find out by itself when a turn ends; choose gpt-transcribe',
        })
        .default('gpt-transcribe'),
      language: z.string().optional(),
      prompt: z.string().optional(),
      keywords: z.array(z.string().min(1)).min(1).optional(),
      turnDetection: z.enum(['server_vad', 'semantic_vad']).default('server_vad'),
      silenceMs: z.int().positive().optional(),
      noiseReduction: z.enum(['near_field', 'far_field']).optional(),
    }),
  ),
});

/**
 * Streaming speech-to-text by OpenAI, over a realtime transcription session: the provider finds out who begins and who
 * has ended.
 *
 * Protocol: `RealtimeTranscriptionSessionCreateRequest` and `RealtimeServerEvent` of the package `openai`.
 */
export class RealtimeSTT extends StreamingSTT {
  static readonly options = realtimeSTTOptions;
  readonly #settings;

  constructor(input: OptionsInput<typeof realtimeSTTOptions> = {}) {
    const settings = realtimeSTTOptions.resolve(withKey(input, undefined));
    const { model, turnDetection, silenceMs } = settings;
    super({ provider, model, inputFormat: MONO_24K, turnDetection: true });
    if (turnDetection === 'semantic_vad' && silenceMs !== undefined) {
      const message = `${provider}: silenceMs is of server_vad; leave it out, or choose turnDetection: 'server_vad'`;
      throw new ProviderError({ provider, kind: 'unsupported', message });
    }
    this.#settings = settings;
  }

  protected override openStream(speaker: SpeakerStream): SocketSpec<TranscriptionEvent> {
    const items = new SpokenItems(speaker);
    const stopped = new Set<string>();
    let restCommitted = false;
    return {
      ...sessionAddress(this.#settings, { intent: 'transcription' }),
      messages: TranscriptionEvent,
      hello: this.#session(),
      ready: ({ type }) => type === 'session.updated',
      encodeAudio: appendAudio,
      // What was said without a silence after it is transcribed too.
      farewell: { type: 'input_audio_buffer.commit' } satisfies RealtimeClientEvent,
      finished: () => restCommitted && items.size === 0,
      onMessage: (event) => {
        switch (event.type) {
          case 'session.created':
          case 'session.updated':
            return;
          case 'input_audio_buffer.speech_started':
            items.started(event.item_id);
            return;
          case 'input_audio_buffer.speech_stopped':
            stopped.add(event.item_id);
            items.stopped();
            return;
          case 'input_audio_buffer.committed':
            // Nobody stopped: it was our farewell.
            if (!stopped.delete(event.item_id)) {
              restCommitted = true;
              items.stopped();
            }
            items.committed(event.item_id);
            return;
          case 'conversation.item.input_audio_transcription.delta':
            items.delta(event.item_id, event.delta ?? '');
            return;
          case 'conversation.item.input_audio_transcription.completed': {
            const { language = onlyOf(event.languages) } = this.#settings;
            const details = { language, ...confidenceOf(event.logprobs) };
            items.completed(event.item_id, event.transcript, details);
            return;
          }
          case 'conversation.item.input_audio_transcription.failed':
            items.failed(event.item_id);
            complain(speaker, event.error);
            return;
          case 'error':
            // The answer to a farewell after which there was nothing left.
            if (event.error.code === 'input_audio_buffer_commit_empty') restCommitted = true;
            else complain(speaker, event.error);
            return;
          default: {
            const unreachable: never = event;
            return unreachable;
          }
        }
      },
    };
  }

  #session(): RealtimeClientEvent {
    const { model, language, prompt, keywords, noiseReduction } = this.#settings;
    const { turnDetection: type, silenceMs } = this.#settings;
    return {
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24_000 },
            transcription: {
              model,
              ...(language !== undefined && languageOf(model, language)),
              ...(prompt !== undefined && { prompt }),
              ...(keywords !== undefined && { keywords }),
            },
            turn_detection:
              type === 'server_vad' && silenceMs !== undefined
                ? { type, silence_duration_ms: silenceMs }
                : { type },
            ...(noiseReduction !== undefined && { noise_reduction: { type: noiseReduction } }),
          },
        },
        ...(hasProbabilities(model) && { include: ['item.input_audio_transcription.logprobs'] }),
      },
    };
  }
}

function complain(speaker: SpeakerStream, error: Parameters<typeof streamFailure>[1]): void {
  const { kind, message } = streamFailure(provider, error);
  speaker.error(kind, message.slice(`${provider}: `.length));
}
