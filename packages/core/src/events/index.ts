export { BaseEvent } from './base-event.ts';
export { EventBus } from './event-bus.ts';
export type { EventClass } from './event-bus.ts';
export { HandlerErrorEvent } from './handler-error-event.ts';
export type { Participant } from './participant.ts';
export { PluginEvent } from './plugin-event.ts';
