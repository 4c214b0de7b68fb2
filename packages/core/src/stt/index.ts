export type { SpeakerStream } from './speaker-stream.ts';
export { STT } from './stt.ts';
export type { STTInit } from './stt.ts';
export { STTConnectedEvent, STTDisconnectedEvent, STTErrorEvent } from './stt-events.ts';
export type { STTOutput, Transcript, TranscriptDetails, Turn, TurnDetails } from './stt-output.ts';
export { StreamingSTT } from './streaming-stt.ts';
export type { StreamingSTTInit } from './streaming-stt.ts';
