import type { Changes } from '../contract/changes.ts';

/** What a fake model was given, whatever the provider's protocol. */
export interface FakePrompt {
  readonly model: string;
  /** What it is told before all else; empty when there is nothing. */
  readonly instructions: string;
  readonly messages: readonly FakePromptMessage[];
  readonly tools: readonly FakePromptTool[];
}

export interface FakePromptMessage {
  readonly role: 'user' | 'assistant' | 'tool' | 'system';
  readonly text: string;
  /** Who said it, where the protocol has a place for it. */
  readonly name?: string | undefined;
  /** The URLs of the images. */
  readonly images: readonly string[];
  readonly toolCalls: readonly FakeToolCall[];
  /** Of a result: the call's id. */
  readonly toolCallId?: string | undefined;
}

export interface FakeToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface FakePromptTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: unknown;
}

/** What a fake model says next. */
export interface LLMReply {
  /** Comes word by word. */
  text?: string | ((prompt: FakePrompt) => string | Promise<string>) | undefined;
  toolCalls?: readonly ScriptedToolCall[] | undefined;
  /** After so many pieces it falls silent, until `release()`. */
  holdAfter?: number | undefined;
  /** How it ends: as it should, with an error inside the stream, by a cut connection, or by the stream's end in the middle. */
  ending?: 'finish' | 'error' | 'cut' | 'stop' | undefined;
  /** What the error says. */
  message?: string | undefined;
}

export interface ScriptedToolCall {
  name: string;
  /** Text as it is, which need not be JSON; anything else as JSON. */
  arguments?: unknown;
  /** The model makes the name up: no such function was offered. */
  invented?: boolean | undefined;
}

/** What a contract rule drives: a plugin's own fake of its provider. */
export interface LLMFake {
  /** Told whenever something was received, said, opened or closed. */
  readonly changes: Changes;
  /** Each time the plugin asked for something, also what was refused. */
  readonly requests: readonly LLMFakeRequest[];
  /** What the plugin did that the protocol does not allow. */
  readonly violations: readonly string[];
  readonly openConnections: number;
  /** What the model was given, each time that it was asked and not refused. */
  readonly prompts: readonly FakePrompt[];

  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the model says next; several are said one after the other. Without one it repeats what the user said. */
  reply(reply: LLMReply): void;
  /** Whoever fell silent goes on. */
  release(): void;
  /** From now on the plugin is refused with this HTTP status, until `accept()`. */
  refuse(status?: number): void;
  /** From now on nothing is answered, until `accept()`. */
  stall(): void;
  accept(): void;
  /** Cuts what is under way. */
  drop(): void;
  /** Says something that is no message of any protocol. */
  garbage(): void;
  /** @throws Error naming what is left over */
  assertDone(): void;
}

/** What a plugin sent to ask for something. */
export interface LLMFakeRequest {
  readonly url?: URL | undefined;
  readonly headers?: unknown;
}
