import type { Message } from './message.ts';

/** Whoever knows something that a model should know when it answers. Every `Processor` is one. */
export interface StateSource {
  /** What the model knows it by. */
  readonly name: string;
  /** A text, or anything that JSON can say. Undefined when there is nothing to tell. */
  state(): unknown;
}

/** What the model needs is a summary, not a log: a longer state is cut, in characters. */
const MAX_LENGTH = 4_000;

const HEADING = 'What is known about the call right now, from those who watch and listen:';

/**
 * What the sources know, as the model is told of it. Undefined when they know nothing.
 *
 * @param onError told of a source that fails; the others are asked none the less
 */
export function stateMessage(
  sources: readonly StateSource[],
  onError: (error: unknown, name: string) => void,
): Message | undefined {
  const lines = sources.flatMap((source) => {
    try {
      const text = textOf(source.state());
      return text === '' ? [] : [`- ${source.name}: ${text}`];
    } catch (error) {
      onError(error, source.name);
      return [];
    }
  });
  return lines.length === 0
    ? undefined
    : { role: 'system', content: [HEADING, ...lines].join('\n') };
}

function textOf(state: unknown): string {
  const text = typeof state === 'string' ? state.trim() : (JSON.stringify(state) ?? '');
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
