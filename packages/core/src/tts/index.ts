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
