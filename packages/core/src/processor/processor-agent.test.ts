import { describe, expect, it } from 'vitest';
import { ScriptedLLM, call, collect, say, text } from '../../test/scripted-llm.ts';
import { ComponentClosedError, ComponentErrorEvent } from '../component/index.ts';
import { Processor, type AgentHandle } from './index.ts';

class Counter extends Processor {
  override readonly name = 'counter';
  known: () => unknown = () => undefined;
  readonly signals: AbortSignal[] = [];

  constructor() {
    super({ provider: 'acme' });
    this.lend('count_people');
  }

  override state(): unknown {
    return this.known();
  }

  lend(name: string): void {
    this.registerFunction({ name, description: 'How many there are', execute: () => 3 });
  }

  protected override onAttach(_agent: AgentHandle, { signal }: { signal: AbortSignal }): void {
    this.signals.push(signal);
  }
}

const namesOf = (llm: ScriptedLLM): string[] => llm.getAvailableFunctions().map(({ name }) => name);

describe('the functions of a processor', () => {
  it('are lent to the agent, before and after the start, and called', async () => {
    const llm = new ScriptedLLM([[call('count_people')], [text('Three.')]]);
    const counter = new Counter();
    counter.attachAgent(llm);
    await counter.start();
    counter.lend('count_dogs');
    expect(namesOf(llm)).toEqual(['count_people', 'count_dogs']);
    expect(await say(llm, 'How many?')).toBe('Three.');
    expect(llm.requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool', content: '3' });
    await counter.close();
    expect(namesOf(llm)).toEqual([]);
    await llm.close();
  });

  it('go with the processor to another agent', async () => {
    const [first, second] = [new ScriptedLLM(), new ScriptedLLM()];
    const counter = new Counter();
    counter.attachAgent(first);
    counter.attachAgent(first);
    expect(namesOf(first)).toEqual(['count_people']);
    counter.attachAgent(second);
    expect([namesOf(first), namesOf(second)]).toEqual([[], ['count_people']]);
    expect(counter.signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    await counter.close();
    expect([namesOf(second), counter.signals.at(-1)?.aborted]).toEqual([[], true]);
    expect(() => counter.attachAgent(first)).toThrow(ComponentClosedError);
  });

  it('are lent all or none, and each once', async () => {
    const llm = new ScriptedLLM();
    llm.registerFunction({ name: 'count_dogs', description: 'Mine', execute: () => 0 });
    const counter = new Counter();
    counter.lend('count_dogs');
    expect(() => counter.attachAgent(llm)).toThrow('There is a function count_dogs already');
    expect(namesOf(llm)).toEqual(['count_dogs']);
    expect(() => counter.lend('count_dogs')).toThrow('has a function count_dogs already');
    expect(() => Reflect.apply(Reflect.get(counter, 'attachAgent'), counter, [{}])).toThrow(
      'takes an agent',
    );
    await counter.close();
    expect(namesOf(llm)).toEqual(['count_dogs']);
  });
});

describe('the state of processors', () => {
  it('is told to the model before the question, as it is then, and not kept', async () => {
    const llm = new ScriptedLLM([[call('look')], [text('Two.')], [text('None.')]]);
    const [counter, other, silent] = [new Counter(), new Counter(), new Counter()];
    llm.registerFunction({
      name: 'look',
      description: 'Looks',
      execute: () => {
        counter.known = () => ({ people: 99 });
      },
    });
    counter.known = () => ({ people: 2 });
    other.known = () => ' It is dark. ';
    const processors = [counter, other, silent];
    await collect(llm.simpleResponse('How many?', { processors }));
    expect(await say(llm, 'And now?')).toBe('None.');
    const state = {
      role: 'system',
      content:
        'What is known about the call right now, from those who watch and listen:\n- counter: {"people":2}\n- counter: It is dark.',
    };
    expect(llm.requests.map(({ messages }) => messages.slice(0, 2))).toEqual([
      [state, { role: 'user', content: 'How many?' }],
      [state, { role: 'user', content: 'How many?' }],
      [{ role: 'user', content: 'How many?' }, expect.objectContaining({ role: 'assistant' })],
    ]);
    expect(llm.conversation.messages.map(({ role }) => role)).not.toContain('system');
    await llm.close();
  });

  it('harms no answer when it fails or is too long', async () => {
    const llm = new ScriptedLLM([[text('Fine.')]]);
    const errors: string[] = [];
    llm.events.on(
      ComponentErrorEvent,
      ({ error, context }) => void errors.push(`${context}: ${error.message}`),
    );
    const [broken, long] = [new Counter(), new Counter()];
    broken.known = () => {
      throw new Error('no idea');
    };
    long.known = () => 'x'.repeat(5_000);
    const answer = await collect(
      llm.simpleResponse('How are you?', { processors: [broken, long] }),
    );
    expect(answer.at(-1)).toMatchObject({ text: 'Fine.' });
    expect(errors).toEqual(['the state of counter: no idea']);
    expect(llm.requests[0]?.messages[0]?.content).toHaveLength(4_085);
    await llm.close();
  });
});
