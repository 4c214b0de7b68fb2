export { FakeExchange } from './fake-exchange.ts';
export type { AnswerHead } from './fake-exchange.ts';
export { FakeHttpRequest } from './fake-http-request.ts';
export { FakeHttpServer } from './fake-http-server.ts';
export { FakeServer } from './fake-server.ts';
export type { Conversation, Refusal } from './fake-server.ts';
export { FakeSession } from './fake-session.ts';
export type { UpgradeRequest } from './fake-session.ts';
export { FakeSocketServer } from './fake-socket-server.ts';
export { FakeSTTProvider, FakeSTTSession } from './fake-stt-provider.ts';
export type { STTSaying, ToSpeaker } from './fake-stt-provider.ts';
export { ReceivedAudio } from './received-audio.ts';
export type { STTFake, STTFakeRequest, STTTransport } from './stt-fake.ts';
export { Transcriber } from './transcriber.ts';
export type { TranscriptionAnswer } from './transcriber.ts';
export { fakeEngine } from './engine-module.ts';
export type { Transcribe } from './engine-module.ts';
export { FakeEngineProvider } from './fake-engine.ts';
export { FakeTranscriptionServer } from './fake-transcription-server.ts';
export type { ChatDialect } from './chat-dialect.ts';
export { FakeChatServer } from './fake-chat-server.ts';
export { FakeLLMServer } from './fake-llm-server.ts';
export type { FakeUsage, LLMSaying } from './fake-llm-server.ts';
export type {
  FakePrompt,
  FakePromptMessage,
  FakePromptTool,
  FakeToolCall,
  LLMFake,
  LLMFakeRequest,
  LLMReply,
  ScriptedToolCall,
} from './llm-fake.ts';
export { FakeSpeechServer } from './fake-speech-server.ts';
export { FakeTTSProvider, FakeTTSSession } from './fake-tts-provider.ts';
export type { TTSSaying } from './fake-tts-provider.ts';
export { FakeVoice } from './fake-voice.ts';
export type { SpeechSink } from './fake-voice.ts';
export type { TTSFake, TTSFakeRequest, TTSTransport } from './tts-fake.ts';
export { FakeRealtimeProvider } from './fake-realtime-provider.ts';
export type { FakeRealtimeProviderInit } from './fake-realtime-provider.ts';
export { FakeRealtimeSession } from './fake-realtime-session.ts';
export type { FakeRealtimeSetup, RealtimeFake, RealtimeSaying } from './realtime-fake.ts';
