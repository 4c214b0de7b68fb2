import { closest } from './did-you-mean.ts';

/** What a plugin extends. */
export interface BaseClass {
  readonly baseClass: string;
  readonly implement: string;
  readonly example: string;
  readonly transports: readonly string[];
}

/** One category of plugin, as `list` shows it and `--type` accepts it. */
export interface TypeEntry {
  readonly title: string;
  /** The class that a plugin exports. */
  readonly className: string;
  /** With the default transport. */
  readonly baseClass: string;
  readonly implement: string;
  /** Other base classes, for the transports that need them. */
  readonly otherBases?: readonly BaseClass[];
  readonly example: string;
  /** The first is the default. */
  readonly transports: readonly [string, ...string[]];
  /** What the plugin reads from its environment, without its prefix, by transport; `API_KEY` where it is not said. */
  readonly variables?: Readonly<Record<string, readonly string[]>>;
}

/** What a transport means to whoever knows the provider. */
export const transportTitles: Readonly<Record<string, string>> = {
  ws: 'a WebSocket',
  http: 'HTTP requests',
  'openai-compatible': 'chat completions, as OpenAI has them',
  sdk: "the vendor's HTTP client",
  worker: 'a local engine, in a thread',
  onnx: 'an ONNX model, in a thread',
  custom: 'code of its own',
  video: 'it watches video',
  audio: 'it listens to audio',
  'video-publisher': 'it watches video, and shows what it sees',
};

export const types = [
  'stt',
  'tts',
  'llm',
  'vlm',
  'realtime',
  'turn-detection',
  'processor',
] as const;

export type PluginType = (typeof types)[number];

export const catalogue: Readonly<Record<PluginType, TypeEntry>> = {
  stt: {
    title: 'speech-to-text',
    className: 'STT',
    baseClass: 'StreamingSTT',
    implement: 'openStream(speaker)',
    otherBases: [
      {
        baseClass: 'SegmentedSTT',
        implement: 'transcribe(utterance, { signal })',
        example: 'Whisper',
        transports: ['http', 'sdk', 'worker'],
      },
    ],
    example: 'Deepgram',
    transports: ['ws', 'http', 'sdk', 'worker'],
    variables: { worker: ['ENGINE'] },
  },
  tts: {
    title: 'text-to-speech',
    className: 'TTS',
    baseClass: 'TTS',
    implement: 'streamAudio(text, { signal })',
    otherBases: [
      {
        baseClass: 'StreamingTTS',
        implement: 'openStream(speech)',
        example: 'Cartesia',
        transports: ['ws'],
      },
    ],
    example: 'ElevenLabs',
    transports: ['http', 'ws', 'sdk'],
  },
  llm: {
    title: 'language model',
    className: 'LLM',
    baseClass: 'LLM',
    implement: 'respond({ messages, tools, instructions }, { signal })',
    example: 'OpenAI',
    transports: ['openai-compatible', 'http', 'sdk'],
  },
  vlm: {
    title: 'vision language model',
    className: 'VLM',
    baseClass: 'VideoLLM',
    implement: 'respond({ messages, tools, instructions }, { signal })',
    example: 'Moondream',
    transports: ['openai-compatible', 'http', 'sdk'],
  },
  realtime: {
    title: 'speech-to-speech model',
    className: 'Realtime',
    baseClass: 'Realtime',
    implement: 'createCodec()',
    example: 'Gemini Live',
    transports: ['ws'],
  },
  'turn-detection': {
    title: 'turn detection',
    className: 'TurnDetection',
    baseClass: 'TurnDetector',
    implement: 'processAudio(pcm, participant, { signal })',
    example: 'Smart Turn',
    transports: ['onnx', 'custom'],
    variables: { onnx: ['MODEL_PATH'], custom: [] },
  },
  processor: {
    title: 'audio or video processor',
    className: 'Processor',
    baseClass: 'Processor',
    implement: 'processVideo(frame, participant, { signal })',
    otherBases: [
      {
        baseClass: 'Processor',
        implement: 'processAudio(pcm, participant, { signal })',
        example: 'Krisp',
        transports: ['audio'],
      },
      {
        baseClass: 'Processor',
        implement: 'processVideo(…), publishVideoTrack()',
        example: 'Decart',
        transports: ['video-publisher'],
      },
    ],
    example: 'Ultralytics YOLO',
    transports: ['video', 'audio', 'video-publisher'],
    variables: { video: [], audio: [], 'video-publisher': [] },
  },
};

/** Every transport there is, of any type. */
export const allTransports: readonly string[] = [
  ...new Set(types.flatMap((type) => catalogue[type].transports)),
];

/** `turn-detection` → `turnDetection`, as `provides` and templates name it. */
export function keyOf(word: string): string {
  return word.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What this part of a plugin reads from its environment, without the plugin's prefix. */
export function variablesOf(type: PluginType, transport: string): readonly string[] {
  return catalogue[type].variables?.[transport] ?? ['API_KEY'];
}

/** Every base class of a type with the transports it is for, the default one first. */
export function basesOf({
  baseClass,
  implement,
  example,
  otherBases = [],
  transports,
}: TypeEntry): BaseClass[] {
  const elsewhere = otherBases.flatMap((base) => base.transports);
  const own = transports.filter((transport) => !elsewhere.includes(transport));
  return [{ baseClass, implement, example, transports: own }, ...otherBases];
}

/** None of them can be a plugin's name. */
export const commands = ['list', 'add', 'update', 'doctor', 'check'] as const;

/** The command that a word is a slip of, if any. */
export function nearCommand(word: string): string | undefined {
  return closest(word, commands);
}

export function isPluginType(value: string): value is PluginType {
  return types.some((type) => type === value);
}
