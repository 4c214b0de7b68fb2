import { ToolEndEvent, type LLM } from '@vision-agents/core';
import { z } from 'zod';

/** What a restaurant has to know; it rejects when it is not wanted any more. */
export type Look = (query: object, options: { signal: AbortSignal }) => Promise<object>;

/** Makes a waiter of any model. */
export function makeWaiter(llm: LLM, look: Look, print = console.log): LLM {
  llm.setInstructions('You are a waiter on the phone. Keep it short.');
  llm.conversation.limitTo({ maxTurns: 20, maxTokens: 8_000 });
  llm.registerFunction({
    name: 'find_table',
    description: 'Tables that are free',
    parameters: z.object({
      guests: z.int().min(1).max(12).describe('How many come'),
      place: z.enum(['inside', 'garden']).optional(),
      when: z.union([z.literal('tonight'), z.iso.date()]).describe('tonight, or a date'),
    }),
    // Only with arguments that fit. The signal is aborted when somebody interrupts, or after 30 s.
    execute: async (query, { signal }) => look(query, { signal }),
  });
  llm.events.on(ToolEndEvent, ({ toolName, success, executionTimeMs }) => {
    print(toolName, success ? 'found' : 'failed', `${executionTimeMs.toFixed(0)} ms`);
  });
  return llm;
}
