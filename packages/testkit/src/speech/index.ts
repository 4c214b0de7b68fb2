export { HonestRecogniser } from './recogniser.ts';
export { recordings } from './recording.ts';
export type { SpeechRecording } from './recording.ts';
export type { SpokenSentence, SpokenWord } from './script.ts';
export type { RecognisedEvent } from './sentence-tracker.ts';
export { readToneSpeech, toneSpeech, toneSpeechMs } from './tone-speech.ts';
