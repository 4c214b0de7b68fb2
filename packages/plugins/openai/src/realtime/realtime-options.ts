import { defineOptions } from '@vision-agents/core';
import { z } from 'zod';
import { frameOptions } from '../chat/frame-options.ts';
import { env, needsKey, provider, sessionAccount } from '../options.ts';

const detection = {
  /** Whether what a user has said is answered by itself. */
  create_response: z.boolean().exactOptional(),
  /** Whether the agent falls silent when a user begins to speak. */
  interrupt_response: z.boolean().exactOptional(),
};

/** How the server hears that a user has ended, in its own words: by silence, or by what is said. */
const TurnDetection = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('semantic_vad'),
    eagerness: z.enum(['low', 'medium', 'high', 'auto']).exactOptional(),
    ...detection,
  }),
  z.strictObject({
    type: z.literal('server_vad'),
    threshold: z.number().min(0).max(1).exactOptional(),
    prefix_padding_ms: z.number().nonnegative().exactOptional(),
    silence_duration_ms: z.number().nonnegative().exactOptional(),
    idle_timeout_ms: z.number().nonnegative().nullable().exactOptional(),
    ...detection,
  }),
]);

const Transcription = z.strictObject({
  model: z.string().min(1).default('gpt-4o-mini-transcribe'),
  language: z.string().exactOptional(),
  prompt: z.string().exactOptional(),
});

/** What users pass to `new Realtime()`. An option in `env` may also come from that environment variable. */
export const realtimeOptions = defineOptions({
  provider,
  env,
  schema: needsKey(
    z.strictObject({
      ...sessionAccount,
      fps: frameOptions.fps,
      maxWidth: frameOptions.maxWidth,
      maxHeight: frameOptions.maxHeight,
      quality: frameOptions.quality,
      model: z.string().min(1).default('gpt-realtime-2'),
      voice: z.string().min(1).default('marin'),
      speed: z.number().min(0.25).max(1.5).optional(),
      turnDetection: TurnDetection.default({ type: 'semantic_vad' }),
      transcription: Transcription.nullable().default(Transcription.parse({})),
      noiseReduction: z.enum(['near_field', 'far_field']).optional(),
      reasoningEffort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']).optional(),
      maxTokens: z.int().positive().optional(),
      fields: z.record(z.string(), z.unknown()).optional(),
      headers: z.record(z.string(), z.string()).optional(),
      maxToolRounds: z.int().min(0).optional(),
    }),
  ),
});

export type RealtimeSettings = ReturnType<typeof realtimeOptions.resolve>;
