import type { ToolResult } from '../functions/index.ts';
import type { Message, ToolCall } from './message.ts';

interface Round {
  text: string;
  calls: readonly ToolCall[];
  results: Map<string, ToolResult>;
}

/** An answer while it is being made, until it comes into the conversation: whole, or rolled back. */
export class AnswerDraft {
  readonly #question: Message;
  readonly #rounds: Round[] = [];
  #text = '';

  constructor(question: Message) {
    this.#question = question;
  }

  /** What was said since the last round of calls. */
  addText(delta: string): void {
    this.#text += delta;
  }

  /** The model wants these to be called. */
  addCalls(calls: readonly ToolCall[]): void {
    this.#rounds.push({ text: this.#text, calls, results: new Map() });
    this.#text = '';
  }

  addResult(result: ToolResult): void {
    const round = this.#rounds.findLast(({ calls }) =>
      calls.some(({ id }) => id === result.toolCallId),
    );
    round?.results.set(result.toolCallId, result);
  }

  /** The question, and every call with its result: what the next request is made from. */
  soFar(): Message[] {
    return this.#messages(({ text }) => text);
  }

  /** What the conversation keeps of an answer that is complete. */
  whole(): Message[] {
    const messages = this.soFar();
    // After calls it begins with the space that keeps it apart from what was said before them.
    const content = this.#rounds.length > 0 ? this.#text.trimStart() : this.#text;
    if (content.trim() !== '') messages.push({ role: 'assistant', content });
    return messages;
  }

  /** What the conversation keeps of an answer that is not: no word of it, but the calls that have happened. */
  rolledBack(): Message[] {
    return this.#messages(() => '');
  }

  #messages(textOf: (round: Round) => string): Message[] {
    return [this.#question, ...this.#rounds.flatMap((round) => messagesOf(round, textOf(round)))];
  }
}

/** A round, without the calls that have no result: providers take neither without the other. */
function messagesOf({ calls, results }: Round, content: string): Message[] {
  const toolCalls = calls.filter(({ id }) => results.has(id));
  const told = toolCalls.flatMap(({ id, name }): Message[] => {
    const result = results.get(id);
    return result ? [{ role: 'tool', toolCallId: id, name, content: result.content }] : [];
  });
  if (toolCalls.length > 0) return [{ role: 'assistant', content, toolCalls }, ...told];
  return content.trim() === '' ? [] : [{ role: 'assistant', content }];
}
