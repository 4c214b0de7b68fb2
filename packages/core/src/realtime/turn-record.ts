import type { ProviderError } from '../errors/provider-error.ts';
import type { Participant } from '../events/participant.ts';
import type { ToolResult } from '../functions/tool-runner.ts';
import { AnswerDraft } from '../llm/answer-draft.ts';
import type { Conversation } from '../llm/conversation.ts';
import type { LLMFinal } from '../llm/llm-response.ts';
import type { Message, ToolCall } from '../llm/message.ts';

/** Where a turn's answer is written down: the conversation, or whoever asked for it with `simpleResponse()`. */
export interface TurnRecord {
  /** Whether nobody reads it: it goes into the conversation by itself. */
  readonly spoken: boolean;
  /** The agent goes on to say this. */
  delta(text: string): void;
  /** A response has ended; `text` is all of it. */
  responded(text: string): void;
  /** It ended with calls, whose results come. */
  called(calls: readonly ToolCall[], results: Promise<readonly ToolResult[]>): void;
  /** The turn is over. */
  ended(counted: Partial<LLMFinal>): void;
  /** It broke off, by an interruption or with an error; `heard` is what was heard of it by then. */
  brokeOff(heard: string, error: ProviderError | undefined): void;
}

/** The record of a turn that was spoken: it is in the conversation as soon as something of it is known. */
export class SpokenRecord implements TurnRecord {
  readonly spoken = true;
  readonly #conversation: Conversation;
  readonly #turnId: string;
  readonly #participant: Participant | undefined;
  readonly #order: number;
  // What the user said may be known only after the answer: the draft's own question is left out.
  readonly #draft = new AnswerDraft({ role: 'user', content: '' });
  #said = '';
  #heard: string | undefined;

  constructor(init: {
    conversation: Conversation;
    turnId: string;
    participant: Participant | undefined;
  }) {
    this.#conversation = init.conversation;
    this.#turnId = init.turnId;
    this.#participant = init.participant;
    this.#order = init.conversation.reserve();
  }

  /** What the user said in this turn, so far. */
  said(text: string): void {
    this.#said = this.#said === '' ? text : `${this.#said} ${text}`;
    this.#write();
  }

  delta(): void {}

  responded(text: string): void {
    this.#draft.addText(text);
    this.#write();
  }

  called(calls: readonly ToolCall[], results: Promise<readonly ToolResult[]>): void {
    this.#draft.addCalls(calls);
    void this.#addResults(results);
  }

  ended(): void {}

  brokeOff(heard: string): void {
    this.#heard = heard;
    this.#write();
  }

  async #addResults(results: Promise<readonly ToolResult[]>): Promise<void> {
    for (const result of await results) this.#draft.addResult(result);
    this.#write();
  }

  #write(): void {
    const participant = this.#participant;
    const said: Message[] =
      this.#said === ''
        ? []
        : [{ role: 'user', content: this.#said, ...(participant && { participant }) }];
    const id = this.#turnId;
    this.#conversation.put({ id, order: this.#order, messages: [...said, ...this.#answer()] });
  }

  /** All of it; once it broke off, what was heard, with the calls that have happened. */
  #answer(): Message[] {
    const heard = this.#heard;
    if (heard === undefined) return this.#draft.whole().slice(1);
    const calls = this.#draft.rolledBack().slice(1);
    return heard === '' ? calls : [...calls, { role: 'assistant', content: heard }];
  }
}
