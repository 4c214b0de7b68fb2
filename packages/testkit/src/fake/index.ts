export { FakeSession } from './fake-session.ts';
export type { UpgradeRequest } from './fake-session.ts';
export { FakeSocketServer } from './fake-socket-server.ts';
export type { Refusal } from './fake-socket-server.ts';
export { FakeSTTProvider, FakeSTTSession } from './fake-stt-provider.ts';
export type { STTSaying, ToSpeaker } from './fake-stt-provider.ts';
