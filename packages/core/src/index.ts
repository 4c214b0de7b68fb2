export { MONO_16K, MONO_24K, MONO_48K, MONO_8K, PcmData } from './audio/index.ts';
export type { AudioFormat, AudioTrack } from './audio/index.ts';
export { sleep, systemClock } from './clock.ts';
export type { Clock, Timer } from './clock.ts';
export { Component, ComponentClosedError, ComponentErrorEvent } from './component/index.ts';
export type { ComponentInit, EventFields } from './component/index.ts';
export {
  assertOk,
  kindOfStatus,
  readBytes,
  readJson,
  readJsonEvents,
  readJsonLines,
  readServerSentEvents,
  requestJson,
  sendJson,
  withQuery,
} from './connection/index.ts';
export type {
  ConnectionPolicy,
  Fetch,
  HttpPolicy,
  JsonRequest,
  ServerSentEvent,
  SocketData,
  SocketSpec,
} from './connection/index.ts';
export { ProviderError, redact, rememberSecret } from './errors/index.ts';
export type { ProviderErrorInit, ProviderErrorKind } from './errors/index.ts';
export { BaseEvent, EventBus, HandlerErrorEvent, PluginEvent } from './events/index.ts';
export type { EventClass, Participant } from './events/index.ts';
export { defineOptions } from './options/define-options.ts';
export type { Options, OptionsDefinition, OptionsInput } from './options/define-options.ts';
export type { Diagnostic } from './diagnostics.ts';
export type {
  ArgumentsOf,
  FunctionContext,
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
  ToolResult,
  ToolSchema,
} from './functions/index.ts';
export {
  chatRequest,
  Conversation,
  imagesOf,
  imageUrl,
  LLM,
  LLMErrorEvent,
  LLMResponseFinalEvent,
  readChatAnswer,
  speakerName,
  textOf,
  ToolEndEvent,
  ToolStartEvent,
} from './llm/index.ts';
export type {
  ChatRequest,
  ContentPart,
  ConversationBounds,
  ImagePart,
  LLMInit,
  LLMPart,
  LLMRequest,
  LLMResponse,
  Message,
  PlainMessage,
  ResponseOptions,
  StateSource,
  TokenUsage,
  ToolCall,
} from './llm/index.ts';
export { Metrics } from './metrics/index.ts';
export type { MetricName, MetricSummary } from './metrics/index.ts';
export { definePlugin, isPlugin } from './plugin/define-plugin.ts';
export type { Category, Plugin, PluginClass, PluginDefinition } from './plugin/define-plugin.ts';
export {
  isAudioProcessor,
  isAudioPublisher,
  isProcessor,
  isVideoProcessor,
  isVideoPublisher,
  Processor,
  ProcessorErrorEvent,
  VideoProcessorDetectionEvent,
} from './processor/index.ts';
export type {
  AgentHandle,
  AudioProcessor,
  AudioPublisher,
  Detection,
  ProcessorInit,
  VideoProcessor,
  VideoPublisher,
  WatchOptions,
  WritableAudioTrack,
} from './processor/index.ts';
export {
  Realtime,
  RealtimeConnectedEvent,
  RealtimeDisconnectedEvent,
  RealtimeErrorEvent,
  virtualMicrophone,
} from './realtime/index.ts';
export type {
  InputPacing,
  RealtimeCodec,
  RealtimeCommand,
  RealtimeEvent,
  RealtimeInit,
  RealtimeOutput,
  RealtimeSession,
  RealtimeSocketSpec,
} from './realtime/index.ts';
export { Stream, StreamClosedError } from './stream.ts';
export {
  SegmentedSTT,
  STT,
  STTConnectedEvent,
  STTDisconnectedEvent,
  STTErrorEvent,
  StreamingSTT,
} from './stt/index.ts';
export type {
  SegmentedSTTInit,
  Segmentation,
  SpeakerStream,
  StreamingSTTInit,
  STTInit,
  STTOutput,
  Transcript,
  Transcription,
  TranscriptDetails,
  Turn,
  TurnDetails,
} from './stt/index.ts';
export {
  inSentences,
  StreamingTTS,
  TTS,
  TTSConnectedEvent,
  TTSDisconnectedEvent,
  TTSErrorEvent,
  TTSSynthesisCompleteEvent,
  TTSSynthesisStartEvent,
} from './tts/index.ts';
export type {
  AlignedAudio,
  InSentencesOptions,
  SendOptions,
  SpeechContext,
  SpeechRequest,
  SpeechSocketSpec,
  SpeechStream,
  SpokenRange,
  StreamingTTSInit,
  TextRange,
  TextTiming,
  TTSAudio,
  TTSAudioData,
  TTSAudioItem,
  TTSInit,
  TTSOutputChunk,
} from './tts/index.ts';
export { TurnDetector, TurnDetectorErrorEvent } from './turn/index.ts';
export type {
  SpeakerState,
  TurnContext,
  TurnDetectorInit,
  TurnDetectorSettings,
} from './turn/index.ts';
export { workerModule } from './worker/index.ts';
export { VideoLLM } from './vlm/index.ts';
export type { VideoLLMInit } from './vlm/index.ts';
