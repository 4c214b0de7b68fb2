import { describe, expect, it } from 'vitest';
import { Conversation } from './conversation.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { imageUrl, speakerName, textOf, type Message } from './message.ts';

const turn = (id: string, order: number, ...messages: Message[]) => ({ id, order, messages });
const user = (content: string): Message => ({ role: 'user', content });
const contents = (conversation: Conversation): unknown[] =>
  conversation.messages.map(({ content }) => content);

describe('Conversation', () => {
  it('puts turns where they belong, whenever they come in', () => {
    const conversation = new Conversation();
    const [first, second] = [conversation.reserve(), conversation.reserve()];
    conversation.put(turn('b', second, user('second')));
    conversation.add({ role: 'assistant', content: 'third' });
    conversation.put(turn('a', first, user('first')));
    expect(contents(conversation)).toEqual(['first', 'second', 'third']);
    conversation.add({ role: 'assistant', content: 'more' }, { turnId: 'a' });
    expect(contents(conversation)).toEqual(['first', 'more', 'second', 'third']);
    conversation.clear();
    expect(contents(conversation)).toEqual([]);
  });

  it('lets go of the oldest turns, whole, and of no system message from before them', () => {
    const conversation = new Conversation({ maxTurns: 2 });
    conversation.add({ role: 'system', content: 'You are a waiter.' });
    for (const name of ['a', 'b', 'c']) {
      conversation.put(
        turn(
          name,
          conversation.reserve(),
          user(name),
          { role: 'assistant', content: '', toolCalls: [{ id: name, name, arguments: '{}' }] },
          { role: 'tool', toolCallId: name, name, content: `${name} result` },
        ),
      );
    }
    expect(contents(conversation)).toEqual([
      'You are a waiter.',
      'b',
      '',
      'b result',
      'c',
      '',
      'c result',
    ]);
  });

  it('keeps as many tokens as it may, and the newest turn however long it is', () => {
    const conversation = new Conversation({ maxTokens: 10, countTokens: () => 4 });
    for (const word of ['one', 'two', 'three']) conversation.add({ role: 'user', content: word });
    expect(contents(conversation)).toEqual(['two', 'three']);
    conversation.limitTo({ maxTokens: 1 });
    expect(contents(conversation)).toEqual(['three']);
    expect(() => conversation.limitTo({ maxTurns: 0 })).toThrow(RangeError);
    expect(conversation.bounds.maxTokens).toBe(1);
  });
});

describe('messages', () => {
  const image = { type: 'image', mimeType: 'image/png', data: new Uint8Array([1, 2]) } as const;

  it('are counted about as a model counts them', () => {
    expect(estimateTokens(user('a'.repeat(400)))).toBe(104);
    expect(estimateTokens({ role: 'user', content: [{ type: 'text', text: '' }, image] })).toBe(
      1_004,
    );
  });

  it('have their text apart from their images, and images a URL', () => {
    expect(
      textOf({ content: [{ type: 'text', text: 'See ' }, image, { type: 'text', text: 'it' }] }),
    ).toBe('See it');
    expect(imageUrl(image)).toBe('data:image/png;base64,AQI=');
    expect(imageUrl({ type: 'image', url: 'https://a.example/b.png' })).toBe(
      'https://a.example/b.png',
    );
  });

  it.each([
    [{ id: '1', userId: 'u', name: 'José Müller' }, 'Jose_Muller'],
    [{ id: '1', userId: 'u.1' }, 'u_1'],
    [{ id: '1', userId: '王' }, undefined],
    [undefined, undefined],
  ])('have the name of %o as %s', (participant, name) => {
    expect(speakerName(participant)).toBe(name);
  });
});
