import { ToolEndEvent, type LLM } from '@vision-agents/core';

export interface ChatOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
}

/**
 * Asks a language model, and prints what comes out and when: its calls, its text, and what it used.
 *
 * Starts the plugin, and closes it. Rejects when the answer fails.
 */
export async function chat(llm: LLM, question: string, options: ChatOptions = {}): Promise<void> {
  const { print = console.log } = options;
  const startedMs = performance.now();
  const tell = (what: string, text: string): void => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2);
    print(`${seconds.padStart(8)} s  ${what.padEnd(8)} ${text}`);
  };
  await using _closed = llm;
  llm.events.on(ToolEndEvent, ({ toolName, result }) => tell('called', `${toolName}: ${result}`));
  await llm.start();

  tell('question', question);
  for await (const item of llm.simpleResponse(question)) {
    if (item.type === 'delta') {
      tell('delta', JSON.stringify(item.delta));
      continue;
    }
    const { text, timeToFirstTokenMs = 0, latencyMs, inputTokens = 0, outputTokens = 0 } = item;
    tell('answer', text);
    print('');
    print(
      `First text after ${timeToFirstTokenMs.toFixed(0)} ms, the whole answer after ${latencyMs.toFixed(0)} ms.`,
    );
    print(`${inputTokens} tokens read, ${outputTokens} written.`);
  }
}
