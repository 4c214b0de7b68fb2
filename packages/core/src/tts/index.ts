export { inSentences } from './in-sentences.ts';
export type { InSentencesOptions } from './in-sentences.ts';
export type { SpeechRequest, SpeechSocketSpec, SpeechStream } from './speech-socket-spec.ts';
export { StreamingTTS } from './streaming-tts.ts';
export type { StreamingTTSInit } from './streaming-tts.ts';
export { TTS } from './tts.ts';
export type { SendOptions, SpeechContext, TTSInit } from './tts.ts';
export type {
  AlignedAudio,
  TextTiming,
  TTSAudio,
  TTSAudioData,
  TTSAudioItem,
} from './tts-audio.ts';
export {
  TTSConnectedEvent,
  TTSDisconnectedEvent,
  TTSErrorEvent,
  TTSSynthesisCompleteEvent,
  TTSSynthesisStartEvent,
} from './tts-events.ts';
export type { SpokenRange, TextRange, TTSOutputChunk } from './tts-output.ts';
