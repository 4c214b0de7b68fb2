import { z } from 'zod';

const id = { event_id: z.string().max(512).optional() };
const audio = z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) });

const detection = {
  create_response: z.boolean().optional(),
  interrupt_response: z.boolean().optional(),
};

const Tool = z.strictObject({
  type: z.literal('function'),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
  description: z.string(),
  parameters: z.looseObject({ type: z.literal('object') }),
});

const Session = z.strictObject({
  type: z.literal('realtime'),
  instructions: z.string().optional(),
  tools: z.array(Tool).optional(),
  output_modalities: z.tuple([z.enum(['audio', 'text'])]).optional(),
  max_output_tokens: z.union([z.int().min(1).max(4_096), z.literal('inf')]).optional(),
  reasoning: z
    .strictObject({ effort: z.enum(['minimal', 'low', 'medium', 'high', 'xhigh']) })
    .optional(),
  tracing: z.literal('auto').nullable().optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format: audio.optional(),
          noise_reduction: z
            .strictObject({ type: z.enum(['near_field', 'far_field']) })
            .nullable()
            .optional(),
          transcription: z
            .strictObject({
              model: z.string(),
              language: z.string().optional(),
              prompt: z.string().optional(),
            })
            .nullable()
            .optional(),
          turn_detection: z
            .discriminatedUnion('type', [
              z.strictObject({
                type: z.literal('semantic_vad'),
                eagerness: z.enum(['low', 'medium', 'high', 'auto']).optional(),
                ...detection,
              }),
              z.strictObject({
                type: z.literal('server_vad'),
                threshold: z.number().min(0).max(1).optional(),
                prefix_padding_ms: z.number().optional(),
                silence_duration_ms: z.number().optional(),
                idle_timeout_ms: z.number().nullable().optional(),
                ...detection,
              }),
            ])
            .nullable()
            .optional(),
        })
        .optional(),
      output: z
        .strictObject({
          format: audio.optional(),
          voice: z.string().optional(),
          speed: z.number().min(0.25).max(1.5).optional(),
        })
        .optional(),
    })
    .optional(),
});

const InputText = z.strictObject({ type: z.literal('input_text'), text: z.string().min(1) });
const InputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string().regex(/^data:image\/(?:png|jpeg);base64,[\w+/]+=*$/),
});

const Item = z.union([
  z.strictObject({
    type: z.literal('message'),
    role: z.literal('user'),
    content: z.array(z.union([InputText, InputImage])).min(1),
  }),
  z.strictObject({
    type: z.literal('message'),
    role: z.literal('system'),
    content: z.array(InputText).min(1),
  }),
  z.strictObject({
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: z
      .array(z.strictObject({ type: z.literal('output_text'), text: z.string().min(1) }))
      .min(1),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: z.string(),
    output: z.string(),
  }),
]);
export type Item = z.output<typeof Item>;

/** What the server takes, as strictly as it does (openai 7.57, `RealtimeClientEvent`), of what is used here. */
export const Command = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('session.update'), ...id, session: Session }),
  z.strictObject({ type: z.literal('input_audio_buffer.append'), ...id, audio: z.base64() }),
  z.strictObject({ type: z.literal('conversation.item.create'), ...id, item: Item }),
  z.strictObject({
    type: z.literal('conversation.item.truncate'),
    ...id,
    item_id: z.string(),
    content_index: z.literal(0),
    audio_end_ms: z.int().min(0),
  }),
  z.strictObject({
    type: z.literal('response.create'),
    ...id,
    response: z
      .strictObject({ metadata: z.record(z.string().max(64), z.string().max(512)).optional() })
      .optional(),
  }),
  z.strictObject({
    type: z.literal('response.cancel'),
    ...id,
    response_id: z.string().optional(),
  }),
]);
export type Command = z.output<typeof Command>;
