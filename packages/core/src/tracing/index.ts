export { WorkSpan } from './span.ts';
export type { SpanName } from './span.ts';
