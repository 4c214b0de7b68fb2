export { Component } from './component.ts';
export type { ComponentInit, EventFields } from './component.ts';
export { ComponentClosedError } from './component-closed-error.ts';
export { ComponentErrorEvent } from './component-error-event.ts';
