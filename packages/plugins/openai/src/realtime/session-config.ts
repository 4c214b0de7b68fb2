import { MONO_24K, type ToolSchema } from '@vision-agents/core';
import type {
  RealtimeAudioFormats,
  RealtimeFunctionTool,
  RealtimeSessionCreateRequest,
} from 'openai/resources/realtime/realtime';
import type { RealtimeSettings } from './realtime-options.ts';

/** What goes over the wire, both ways. */
export const audioFormat = MONO_24K;

const format: RealtimeAudioFormats = { type: 'audio/pcm', rate: 24_000 };

/** What a session begins with. */
export function sessionConfig(
  settings: RealtimeSettings,
  session: { instructions: string; tools: readonly ToolSchema[] },
): RealtimeSessionCreateRequest {
  const { voice, speed, turnDetection, transcription, noiseReduction, maxTokens } = settings;
  const { reasoningEffort: effort, fields } = settings;
  return {
    ...sessionChange(session),
    output_modalities: ['audio'],
    audio: {
      input: {
        format,
        turn_detection: turnDetection,
        ...(transcription && { transcription }),
        ...(noiseReduction && { noise_reduction: { type: noiseReduction } }),
      },
      output: { format, voice, ...(speed !== undefined && { speed }) },
    },
    ...(effort && { reasoning: { effort } }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...fields,
  };
}

/** What may change while a session goes on. */
export function sessionChange({
  instructions,
  tools,
}: {
  instructions: string;
  tools: readonly ToolSchema[];
}): RealtimeSessionCreateRequest {
  return { type: 'realtime', instructions, tools: tools.map(functionTool) };
}

function functionTool({ name, description, parametersSchema }: ToolSchema): RealtimeFunctionTool {
  return { type: 'function', name, description, parameters: parametersSchema };
}
