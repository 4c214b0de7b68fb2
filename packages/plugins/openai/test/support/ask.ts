import {
  ComponentErrorEvent,
  ProviderError,
  type LLM,
  type LLMResponse,
} from '@vision-agents/core';
import type { LLMReply } from '@vision-agents/testkit';
import { z } from 'zod';

/** Asks, and resolves with the whole answer and every piece of it. */
export async function ask(
  llm: LLM,
  question: string,
): Promise<{ deltas: string[]; final: Extract<LLMResponse, { type: 'final' }> }> {
  const deltas: string[] = [];
  for await (const item of llm.simpleResponse(question)) {
    if (item.type === 'final') return { deltas, final: item };
    deltas.push(item.delta);
  }
  throw new Error('the answer ended without a final');
}

/** Asks, and resolves with the error that the answer fails with, which an event has told too. */
export async function fail(llm: LLM, question = 'Hello?'): Promise<ProviderError> {
  const told: ProviderError[] = [];
  using _subscription = llm.events.on(ComponentErrorEvent, ({ error }) => void told.push(error));
  const thrown: unknown = await ask(llm, question).catch((error: unknown) => error);
  if (!ProviderError.isInstance(thrown)) throw new Error(`no ProviderError: ${String(thrown)}`);
  if (told.length !== 1 || told[0] !== thrown) throw new Error('one event must tell of the error');
  return thrown;
}

/** Has the model call functions of a small town, and then say what it has found out. */
export const weatherRounds: readonly LLMReply[] = [
  {
    text: 'One moment.',
    toolCalls: [
      { name: 'get_weather', arguments: { city: 'Rome' } },
      { name: 'get_weather', arguments: { city: 'Oslo' } },
    ],
  },
  { toolCalls: [{ name: 'get_time', arguments: '' }] },
  { text: 'Rome is sunny, Oslo is not.' },
];

/** Registers what `weatherRounds` calls. */
export function registerWeather(llm: LLM): string[] {
  const called: string[] = [];
  llm.registerFunction({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => {
      called.push(city);
      return { city, sky: city === 'Rome' ? 'sunny' : 'grey' };
    },
  });
  llm.registerFunction({
    name: 'get_time',
    description: 'The time of day',
    execute: () => {
      called.push('time');
      return '12:00';
    },
  });
  return called;
}
