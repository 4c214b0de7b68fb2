export { virtualMicrophone } from './input-pacing.ts';
export type { InputPacing } from './input-pacing.ts';
export { Realtime } from './realtime.ts';
export type { RealtimeInit } from './realtime.ts';
export type { RealtimeCodec, RealtimeSession, RealtimeSocketSpec } from './realtime-codec.ts';
export type { RealtimeCommand } from './realtime-command.ts';
export type { RealtimeEvent } from './realtime-event.ts';
export {
  RealtimeConnectedEvent,
  RealtimeDisconnectedEvent,
  RealtimeErrorEvent,
} from './realtime-events.ts';
export type { RealtimeOutput } from './realtime-output.ts';
