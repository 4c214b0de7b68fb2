/**
 * What is measured: the OpenTelemetry instruments of the meter `vision_agents.core`, by the names that the Python
 * framework uses, so that dashboards serve both.
 */
export const instruments = {
  'stt.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long the provider took for a final text',
  },
  'stt.audio_duration.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'Audio that a final text is made of',
  },
  'stt.errors': { kind: 'counter', unit: '{error}', description: 'Errors of speech-to-text' },
  'llm.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a language model took for a whole answer',
  },
  'llm.time_to_first_token.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a language model took for the first piece of its answer',
  },
  'llm.tokens.input': { kind: 'counter', unit: '{token}', description: 'Tokens read by a model' },
  'llm.tokens.output': {
    kind: 'counter',
    unit: '{token}',
    description: 'Tokens written by a model',
  },
  'llm.errors': { kind: 'counter', unit: '{error}', description: 'Errors of language models' },
  'llm.tool_calls': {
    kind: 'counter',
    unit: '{call}',
    description: 'Functions called for a model',
  },
  'llm.tool_latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a function took',
  },
  'tts.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'From the request to the first audio of a text',
  },
  'tts.audio_duration.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'Audio that was made of a text',
  },
  'tts.characters': {
    kind: 'counter',
    unit: '{character}',
    description: 'Characters of the texts that the provider was asked to speak',
  },
  'tts.errors': { kind: 'counter', unit: '{error}', description: 'Errors of text-to-speech' },
  'turn.duration.ms': { kind: 'histogram', unit: 'ms', description: 'How long a turn was' },
  'turn.trailing_silence.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'Silence before the end of a turn',
  },
  'vlm.inference.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a language model that sees took for a whole answer',
  },
  'vlm.inferences': {
    kind: 'counter',
    unit: '{inference}',
    description: 'Answers of language models that see',
  },
  'vlm.tokens.input': {
    kind: 'counter',
    unit: '{token}',
    description: 'Tokens read by a model that sees, its pictures among them',
  },
  'vlm.tokens.output': {
    kind: 'counter',
    unit: '{token}',
    description: 'Tokens written by a model that sees',
  },
  'realtime.sessions': {
    kind: 'counter',
    unit: '{session}',
    description: 'Sessions that a speech-to-speech provider has accepted',
  },
  'realtime.session_duration.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a session was',
  },
  'realtime.audio.input.bytes': {
    kind: 'counter',
    unit: 'By',
    description: 'Audio given to a speech-to-speech model',
  },
  'realtime.audio.input.duration.ms': {
    kind: 'counter',
    unit: 'ms',
    description: 'Audio given to a speech-to-speech model',
  },
  'realtime.audio.output.bytes': {
    kind: 'counter',
    unit: 'By',
    description: 'Audio that a speech-to-speech model has spoken',
  },
  'realtime.audio.output.duration.ms': {
    kind: 'counter',
    unit: 'ms',
    description: 'Audio that a speech-to-speech model has spoken',
  },
  'realtime.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'From the end of what a user said, or a text, to the first audio of the answer',
  },
  'realtime.responses': {
    kind: 'counter',
    unit: '{response}',
    description: 'Responses of speech-to-speech models',
  },
  'realtime.transcriptions.user': {
    kind: 'counter',
    unit: '{transcript}',
    description: 'Final texts of what users said to a speech-to-speech model',
  },
  'realtime.transcriptions.agent': {
    kind: 'counter',
    unit: '{transcript}',
    description: 'Final texts of what a speech-to-speech model said',
  },
  'realtime.errors': {
    kind: 'counter',
    unit: '{error}',
    description: 'Errors of speech-to-speech models',
  },
  'vlm.errors': {
    kind: 'counter',
    unit: '{error}',
    description: 'Errors of language models that see',
  },
  'video.frames.processed': {
    kind: 'counter',
    unit: '{frame}',
    description: 'Video frames that a processor has processed',
  },
  'video.processing.latency.ms': {
    kind: 'histogram',
    unit: 'ms',
    description: 'How long a processor took for a frame',
  },
  'video.detections': {
    kind: 'counter',
    unit: '{detection}',
    description: 'What processors have detected in video',
  },
  'processor.errors': { kind: 'counter', unit: '{error}', description: 'Errors of processors' },
} as const satisfies Record<string, InstrumentDefinition>;

interface InstrumentDefinition {
  kind: 'histogram' | 'counter';
  unit: string;
  description: string;
}

export type MetricName = keyof typeof instruments;

/** Something that was measured; undefined where it could not be. */
export type Measurement = readonly [name: MetricName, value: number | undefined];

/** The counter of a category's errors, where it has one. */
export function errorMetricOf(category: string): MetricName | undefined {
  return errorMetrics.find((name) => name === `${category}.errors`);
}

const errorMetrics: readonly MetricName[] = [
  'stt.errors',
  'tts.errors',
  'llm.errors',
  'realtime.errors',
  'vlm.errors',
  'processor.errors',
];
