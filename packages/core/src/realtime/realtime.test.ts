import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, settle } from '../../test/manual-clock.ts';
import { brief, Probe, ProbeServer } from '../../test/realtime-probe.ts';
import { MONO_16K, PcmData } from '../audio/index.ts';
import type { Participant } from '../events/index.ts';
import {
  Realtime,
  RealtimeConnectedEvent,
  RealtimeErrorEvent,
  type RealtimeCommand,
  type RealtimeEvent,
} from './index.ts';

/** 20 ms at 48 kHz. */
function level(value: number): PcmData {
  return new PcmData({ samples: new Int16Array(960).fill(value), sampleRate: 48_000 });
}

const ada = { id: '1', userId: 'ada' };

describe('Realtime', () => {
  let server: ProbeServer;
  let clock: ManualClock;
  let model: Probe;

  beforeEach(async () => {
    server = await ProbeServer.listen();
    clock = new ManualClock();
    model = new Probe(server.url).useClock(clock);
  });
  afterEach(async () => {
    const closed = model.close();
    await clock.pass(2_000);
    await closed;
    await server.close();
    expect(clock.pending).toBe(0);
  });

  /** What has come out by now. */
  async function heard(): Promise<string[]> {
    await settle();
    const items: string[] = [];
    for (let item = model.output.tryGet(); item; item = model.output.tryGet())
      items.push(brief(item));
    return items;
  }

  /** A user says something, and is answered for a second, of which nothing has ended yet. */
  async function answering(): Promise<void> {
    await model.start();
    model.simpleAudioResponse(PcmData.silence(20, MONO_16K), ada);
    server.say(
      { type: 'user-speech-started', itemId: 'u1' },
      { type: 'user-speech-ended', itemId: 'u1' },
      { type: 'response-started', responseId: 'r1' },
      { type: 'agent-transcript', mode: 'delta', text: 'One two three four', responseId: 'r1' },
    );
    server.speak(1, 1_000, { responseId: 'r1', itemId: 'i1' });
    await settle();
  }

  it('puts out what both say, in the turn of each, and remembers it', async () => {
    await answering();
    server.say(
      { type: 'user-transcript', mode: 'delta', text: 'How ', itemId: 'u1' },
      { type: 'user-transcript', mode: 'final', text: 'How far?', itemId: 'u1' },
      { type: 'agent-transcript', mode: 'final', text: 'One two three four.' },
      { type: 'response-done', responseId: 'r1' },
    );
    await settle();
    const items = model.output.peek();
    expect(await heard()).toEqual([
      'user-speech-started',
      'user-speech-ended',
      'agent partial: One two three four',
      'agent-speech-started',
      'audio 1 1000 ms',
      'user partial: How',
      'user final: How far?',
      'agent partial: One two three four.',
      'agent final: One two three four.',
      'audio done',
      'agent-speech-ended',
    ]);
    expect(new Set(items.map(({ turnId }) => turnId)).size).toBe(1);
    expect(items[0]).toMatchObject({ participant: ada, epoch: 0 });
    expect(model.conversation.messages).toEqual([
      { role: 'user', content: 'How far?', participant: ada },
      { role: 'assistant', content: 'One two three four.' },
    ]);
  });

  it('is silent at once when it is interrupted, and remembers what was heard', async () => {
    await answering();
    await clock.pass(500);
    await model.interrupt({ playedMs: 520 });
    server.speak(2, 1_000, { responseId: 'r1' });
    server.say(
      { type: 'agent-transcript', mode: 'delta', text: ' five', responseId: 'r1' },
      { type: 'response-done', responseId: 'r1', outcome: 'interrupted' },
    );
    server.speak(3, 10, { responseId: 'r1' });
    expect(await heard()).toEqual([
      'user-speech-started',
      'user-speech-ended',
      'agent-speech-started',
      'agent final: One two',
      'interrupted at 520 ms',
      'agent-speech-ended by interruption',
    ]);
    expect(model.epoch).toBe(1);
    expect(await server.message('interrupt')).toEqual({
      type: 'interrupt',
      active: true,
      cause: 'request',
      responseId: 'r1',
      heard: [{ itemId: 'i1', playedMs: 520 }],
    });
    server.say({ type: 'user-transcript', mode: 'final', text: 'How far?', itemId: 'u1' });
    await settle();
    expect(model.conversation.messages).toEqual([
      { role: 'user', content: 'How far?', participant: ada },
      { role: 'assistant', content: 'One two' },
    ]);
  });

  it('is interrupted by a user whom the provider hears, also while what is complete still plays', async () => {
    await answering();
    server.say({ type: 'response-done', responseId: 'r1' });
    await heard();
    await clock.pass(700);
    server.say({ type: 'user-speech-started' });
    expect(await heard()).toEqual(['interrupted at 700 ms', 'user-speech-started']);
    expect(await server.message('interrupt')).toMatchObject({
      active: false,
      cause: 'user-speech',
      heard: [{ itemId: 'i1', playedMs: 700 }],
    });
    expect(model.conversation.messages).toEqual([{ role: 'assistant', content: 'One two' }]);
    await clock.pass(700);
    server.say({ type: 'user-speech-started' });
    await settle();
    expect([server.types.filter((type) => type === 'interrupt').length, model.epoch]).toEqual([
      1, 1,
    ]);
  });

  it('knows that one answer is heard after the other, however fast they are made', async () => {
    await model.start();
    for (const [index, text] of ['One?', 'Two?'].entries()) {
      const answer = Array.fromAsync(model.simpleResponse(text, { turnId: text }));
      await server.message('text', 1 + index);
      server.say({ type: 'agent-transcript', mode: 'delta', text: `${index} and some more` });
      server.speak(index, 1_000, { itemId: `i${index}` });
      server.say({ type: 'response-done' });
      await answer;
    }
    await heard();
    await clock.pass(1_500);
    server.say({ type: 'user-speech-started' });
    expect(await heard()).toEqual(['interrupted at 500 ms', 'user-speech-started']);
    expect(await server.message('interrupt')).toMatchObject({
      heard: [{ itemId: 'i1', playedMs: 500 }],
    });
    expect(model.conversation.messages.map(({ content }) => content)).toEqual([
      'One?',
      '0 and some more',
      'Two?',
      '1 and',
    ]);
  });

  it('takes the word of who interrupts for how much was heard, also when audio comes as it is played', async () => {
    await answering();
    await clock.pass(1_000);
    await model.interrupt({ playedMs: 400 });
    expect(await server.message('interrupt')).toMatchObject({ heard: [{ playedMs: 400 }] });
  });

  it('takes that word also for an answer that should have been heard to its end by now', async () => {
    await answering();
    server.say({ type: 'response-done' });
    await clock.pass(5_000);
    await model.interrupt({ playedMs: 400 });
    expect(await server.message('interrupt')).toMatchObject({ heard: [{ playedMs: 400 }] });
    await model.interrupt({ playedMs: 300 });
    await settle();
    expect(server.types.filter((type) => type === 'interrupt')).toHaveLength(1);
  });

  it('asks who plays the audio how much was heard', async () => {
    await answering();
    model.setPlayback(() => 300);
    server.say({ type: 'user-speech-started' });
    await settle();
    expect((await heard()).at(-2)).toBe('agent-speech-ended by interruption');
    expect(await server.message('interrupt')).toMatchObject({ heard: [{ playedMs: 300 }] });
  });

  it('answers a text in words too, one text at a time', async () => {
    await model.start();
    const one = Array.fromAsync(model.simpleResponse('One?', { turnId: 't1' }));
    const two = Array.fromAsync(model.simpleResponse('Two?', { turnId: 't2' }));
    const asked = await server.message('text');
    expect([asked['text'], server.types]).toEqual(['One?', ['hello', 'text']]);
    server.say({ type: 'response-started', responseId: 'r1' });
    server.say({ type: 'agent-transcript', mode: 'delta', text: 'First' });
    server.speak(1, 100);
    server.say({ type: 'response-done', usage: { inputTokens: 3, outputTokens: 4 } });
    expect(await one).toEqual([
      { type: 'delta', delta: 'First' },
      expect.objectContaining({ type: 'final', text: 'First', totalTokens: 7 }),
    ]);
    await server.message('text', 2);
    server.say(
      { type: 'agent-transcript', mode: 'final', text: 'Second' },
      { type: 'response-done' },
    );
    expect(await two).toHaveLength(2);
    expect(model.conversation.messages.map(({ content }) => content)).toEqual([
      'One?',
      'First',
      'Two?',
      'Second',
    ]);
  });

  it('ends the answer to a text that is interrupted, with what was heard of it', async () => {
    await model.start();
    const answer = Array.fromAsync(model.simpleResponse('One?'));
    const late = Array.fromAsync(model.simpleResponse('Two?'));
    await server.message('text');
    server.say({ type: 'agent-transcript', mode: 'delta', text: 'First second third' });
    server.speak(1, 300);
    await settle();
    await model.interrupt({ playedMs: 250 });
    expect(await answer).toEqual([{ type: 'delta', delta: 'First second third' }]);
    expect(await late).toEqual([]);
    expect(model.conversation.messages.map(({ content }) => content)).toEqual([
      'One?',
      'First second',
      'Two?',
    ]);
  });

  it('calls functions in the background, and asks for the answer when it has the results', async () => {
    const result = Promise.withResolvers<string>();
    model.registerFunction({ name: 'look', description: 'looks', execute: () => result.promise });
    const answer = Array.fromAsync(model.simpleResponse('Where?'));
    await server.message('text');
    server.say(
      { type: 'agent-transcript', mode: 'delta', text: 'Let me look.', responseId: 'r1' },
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}', responseId: 'r1' },
      { type: 'response-done', responseId: 'r1' },
    );
    await settle();
    expect(server.types).not.toContain('tool-results');
    result.resolve('there');
    expect(await server.message('tool-results')).toMatchObject({
      respond: true,
      results: [{ toolCallId: 'c1', name: 'look', content: 'there' }],
    });
    server.say(
      { type: 'agent-transcript', mode: 'final', text: 'It is there.', responseId: 'r2' },
      { type: 'response-done', responseId: 'r2' },
    );
    expect((await answer).at(-1)).toMatchObject({ text: 'Let me look. It is there.' });
    expect(model.conversation.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
  });

  it('tells the results of a turn that was interrupted, without wanting an answer', async () => {
    const result = Promise.withResolvers<string>();
    model.registerFunction({ name: 'look', description: 'looks', execute: () => result.promise });
    await answering();
    server.say(
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}' },
      { type: 'response-done', responseId: 'r1' },
      { type: 'user-speech-started', itemId: 'u2' },
    );
    await settle();
    result.resolve('there');
    expect(await server.message('tool-results')).toMatchObject({
      respond: false,
      results: [{ content: 'there' }],
    });
  });

  it('brings the audio of each speaker to the format of the provider, and adds up those who speak at once', async () => {
    await model.start();
    for (let chunk = 0; chunk < 20; chunk += 1) {
      model.simpleAudioResponse(level(1_000), ada);
      model.simpleAudioResponse(level(3_000), { id: '2', userId: 'ben' });
      await settle();
    }
    const bytes = Buffer.concat(server.audio);
    expect(bytes.length / 32).toBeGreaterThan(300);
    expect(bytes.length / 32).toBeLessThanOrEqual(400);
    expect(bytes.readInt16LE(bytes.length - 2)).toBeCloseTo(4_000, -1);
    server.say({ type: 'user-speech-started' });
    await settle();
    expect(model.output.peek()[0]).toMatchObject({ participant: { userId: 'ben' } });
  });

  it('resumes the session after a cut where it can, and else tells what was said', async () => {
    const connected: boolean[] = [];
    model.events.on(RealtimeConnectedEvent, ({ resumed }) => void connected.push(resumed));
    await answering();
    server.say({ type: 'session-updated', resume: 'ticket' });
    await settle();
    await clock.pass(400);
    server.cut();
    await clock.pass(8_000);
    expect(server.received.filter(({ type }) => type === 'hello').at(-1)).toMatchObject({
      resume: 'ticket',
    });
    expect((await heard()).slice(-3)).toEqual([
      'agent final: One two',
      'interrupted at 400 ms',
      'agent-speech-ended by interruption',
    ]);
    server.say({ type: 'session-updated', resume: null });
    await settle();
    server.cut();
    await clock.pass(8_000);
    const history = await server.message('history');
    expect(history['messages']).toEqual([{ role: 'assistant', content: 'One two' }]);
    expect(connected).toEqual([false, true, false]);
    expect(model.errors).toHaveLength(2);
  });

  it('tells a session nothing of the audio of another that is still heard', async () => {
    await answering();
    server.speak(2, 60_000, { responseId: 'r1', itemId: 'i1' });
    server.say({ type: 'response-done', responseId: 'r1' });
    await settle();
    server.cut();
    await clock.pass(8_000);
    await server.message('history');
    await model.interrupt();
    model.setInstructions('Be brief.');
    await server.message('session-update');
    expect((await heard()).at(-1)).toMatch(/^interrupted at/);
    expect(server.types).not.toContain('interrupt');
    expect(model.errors).toHaveLength(1);
  });

  it('fails to start where the provider gives no session in time', async () => {
    server.accepting = false;
    const failed = model.start().catch((error: unknown) => error);
    await clock.pass(10_000);
    expect(await failed).toMatchObject({ kind: 'timeout', provider: 'acme' });
    server.accepting = true;
    await model.start();
    expect(model.connected).toBe(true);
  });
});

describe('Realtime, when something is not as it should be', () => {
  let server: ProbeServer;
  let clock: ManualClock;
  let model: Probe;

  beforeEach(async () => {
    server = await ProbeServer.listen();
    clock = new ManualClock();
    model = new Probe(server.url).useClock(clock);
  });
  afterEach(async () => {
    const closed = model.close();
    await clock.pass(2_000);
    await closed;
    await server.close();
    expect(clock.pending).toBe(0);
  });

  const ask = (text: string): Promise<unknown> =>
    Array.fromAsync(model.simpleResponse(text)).catch((error: unknown) => error);

  it('does not start where the key is refused inside the session', async () => {
    server.accepting = false;
    const failed = model.start().catch((error: unknown) => error);
    await server.message('hello');
    server.say({ type: 'error', kind: 'auth', message: 'no such key' });
    expect(await failed).toMatchObject({ kind: 'auth', retryable: false });
    expect(model.errors).toEqual(['acme: no such key']);
  });

  it('gives up a provider that falls silent in the middle of its answer, and asks the next text', async () => {
    await model.start();
    const lost = ask('One?');
    await server.message('text');
    server.say({ type: 'agent-transcript', mode: 'delta', text: 'Well', responseId: 'r1' });
    await clock.pass(31_000);
    expect(await lost).toMatchObject({ kind: 'timeout', retryable: true });
    expect(await server.message('interrupt')).toMatchObject({ active: true, responseId: 'r1' });
    const next = ask('Two?');
    server.say({ type: 'agent-transcript', mode: 'final', text: 'Late', responseId: 'r1' });
    await server.message('text', 2);
    server.say(
      { type: 'agent-transcript', mode: 'final', text: 'Second', responseId: 'r2' },
      { type: 'response-done', responseId: 'r2' },
    );
    expect(await next).toMatchObject([{ delta: 'Second' }, { text: 'Second' }]);
  });

  it('takes two silent seconds for the end of what was interrupted', async () => {
    await model.start();
    void ask('One?');
    await server.message('text');
    server.say({ type: 'response-started' });
    server.speak(1, 100);
    await settle();
    await model.interrupt();
    const next = ask('Two?');
    server.speak(2, 100);
    await clock.pass(1_900);
    expect(server.types.filter((type) => type === 'text')).toHaveLength(1);
    await clock.pass(200);
    expect(server.types.filter((type) => type === 'text')).toHaveLength(2);
    server.say({ type: 'agent-transcript', mode: 'final', text: 'Two' }, { type: 'response-done' });
    expect(await next).toMatchObject([{ delta: 'Two' }, { text: 'Two' }]);
    const audio = model.output.peek().filter(({ type }) => type === 'audio-output');
    expect(audio).toEqual([]);
  });

  it('fails the text that the provider complains about, and no other', async () => {
    await model.start();
    const failed = ask('One?');
    const { requestId } = await server.message('text');
    server.say({
      type: 'error',
      kind: 'content',
      message: 'not that',
      requestId: String(requestId),
    });
    expect(await failed).toMatchObject({ kind: 'content' });
    expect(model.errors).toEqual(['acme: not that']);
    const next = ask('Two?');
    await server.message('text', 2);
    server.say({ type: 'response-done' });
    expect(await next).toMatchObject([{ type: 'final', text: '' }]);
  });

  it('fails an answer that the provider breaks off, as the kind of error that it is', async () => {
    await model.start();
    const failed = ask('One?');
    await server.message('text');
    server.say({
      type: 'response-done',
      outcome: 'failed',
      kind: 'rate-limit',
      message: 'too many words',
    });
    expect(await failed).toMatchObject({ kind: 'rate-limit', retryable: true });
    expect(model.errors).toEqual(['acme: the response failed: too many words']);
  });

  it('takes the answer to a user for no answer to a text that waits for its own', async () => {
    await model.start();
    const answer = ask('One?');
    const { requestId } = await server.message('text');
    server.say(
      { type: 'user-transcript', mode: 'final', text: 'Hello?' },
      { type: 'response-started', responseId: 'r1', requestId: null },
      { type: 'agent-transcript', mode: 'final', text: 'Good day.', responseId: 'r1' },
      { type: 'response-done', responseId: 'r1' },
      { type: 'response-started', responseId: 'r2', requestId: String(requestId) },
      { type: 'agent-transcript', mode: 'final', text: 'One.', responseId: 'r2' },
      { type: 'response-done', responseId: 'r2' },
    );
    expect(await answer).toMatchObject([{ delta: 'One.' }, { text: 'One.' }]);
    expect(model.conversation.messages.map(({ content }) => content)).toEqual([
      'One?',
      'One.',
      'Hello?',
      'Good day.',
    ]);
  });

  it('is interrupted by a provider that says so only at the end of its response', async () => {
    await model.start();
    void ask('One?');
    await server.message('text');
    server.say({ type: 'agent-transcript', mode: 'delta', text: 'One two' });
    server.speak(1, 100);
    await settle();
    server.say({ type: 'response-done', outcome: 'interrupted' });
    await settle();
    expect(model.epoch).toBe(1);
    expect(model.output.peek().map(brief)).toEqual([
      'agent-speech-started',
      'interrupted at 0 ms',
      'agent-speech-ended by interruption',
    ]);
  });

  it('has a model come to an end that calls functions for ever', async () => {
    await model.close();
    model = new Probe(server.url, { maxToolRounds: 1 }).useClock(clock);
    model.registerFunction({ name: 'look', description: 'looks', execute: () => 'there' });
    const failed = ask('Where?');
    for (const round of [0, 1, 2]) {
      await settle();
      server.say(
        { type: 'tool-call', id: `c${round}`, name: 'look', arguments: '{}' },
        { type: 'response-done' },
      );
    }
    expect(await failed).toMatchObject({ kind: 'content' });
    await settle();
    const told = server.received.filter(({ type }) => type === 'tool-results');
    expect(told.map(({ respond }) => respond)).toEqual([true, true, false]);
    expect(JSON.stringify(told[1])).toContain('no more functions');
  });

  it('stops a function that the provider takes back', async () => {
    const begun = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<unknown>();
    model.registerFunction({
      name: 'look',
      description: 'looks',
      execute: (_args, { signal }) => {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        begun.resolve();
        return new Promise(() => undefined);
      },
    });
    void ask('Where?');
    await server.message('text');
    server.say({ type: 'tool-call', id: 'c1', name: 'look', arguments: '{}' });
    await begun.promise;
    server.say({ type: 'tool-calls-cancelled', ids: ['c1'] });
    expect(String(await stopped.promise)).toContain('look is not wanted any more');
  });

  it('tells the results that waited to be answered when they were interrupted', async () => {
    await model.start();
    model.registerFunction({ name: 'look', description: 'looks', execute: () => 'there' });
    void ask('Where?');
    await server.message('text');
    server.say(
      { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}', responseId: 'r1' },
      { type: 'response-done', responseId: 'r1' },
      // By itself: it has the word when the result is there.
      { type: 'response-started', responseId: 'r2' },
    );
    await settle();
    expect(server.types).not.toContain('tool-results');
    await model.interrupt();
    expect(await server.message('tool-results')).toMatchObject({ respond: false });
  });

  it('tells the result of a call whose response was interrupted before it had ended', async () => {
    await model.start();
    model.registerFunction({ name: 'look', description: 'looks', execute: () => 'there' });
    void ask('Where?');
    await server.message('text');
    server.say({ type: 'tool-call', id: 'c1', name: 'look', arguments: '{}', responseId: 'r1' });
    await settle();
    await model.interrupt();
    server.say({ type: 'response-done', responseId: 'r1', outcome: 'interrupted' });
    expect(await server.message('tool-results')).toMatchObject({
      respond: false,
      results: [{ toolCallId: 'c1', content: 'there' }],
    });
  });

  it('tells changes of the session as one, and before what is asked after them', async () => {
    await model.start();
    model.setInstructions('Be brief.');
    model.registerFunction({ name: 'look', description: 'looks', execute: () => 'there' });
    void ask('Where?');
    await server.message('text');
    expect(server.types).toEqual(['hello', 'session-update', 'text']);
    expect(server.received[1]).toMatchObject({
      instructions: 'Be brief.',
      tools: [{ name: 'look' }],
    });
  });

  it('sends what was said by somebody who left before the start', async () => {
    for (let chunk = 0; chunk < 10; chunk += 1) model.simpleAudioResponse(level(1_000), ada);
    model.participantLeft(ada.id);
    await model.start();
    await settle();
    expect(Buffer.concat(server.audio).length).toBeGreaterThan(180 * 32);
    expect(model.droppedMs).toBe(0);
  });

  it('counts what is said after the end, and keeps what is said before the start', async () => {
    for (let chunk = 0; chunk < 10; chunk += 1) model.simpleAudioResponse(level(1_000), ada);
    await model.start();
    await settle();
    expect(Buffer.concat(server.audio).length).toBeGreaterThan(180 * 32);
    const closed = model.close();
    await clock.pass(2_000);
    await closed;
    const before = model.droppedMs;
    model.simpleAudioResponse(level(1_000), ada);
    expect(model.droppedMs - before).toBe(20);
    // @ts-expect-error -- what a caller without types may give
    expect(() => model.simpleAudioResponse(new Uint8Array(4))).toThrow(/takes PcmData/);
  });
});

/** A provider with a transport of its own. */
class OwnTransport extends Realtime {
  readonly commands: RealtimeCommand[] = [];
  readonly given: PcmData[] = [];

  constructor() {
    super({ provider: 'own', inputFormat: MONO_16K, outputFormat: MONO_16K });
  }

  hear(event: RealtimeEvent): void {
    this.receive(event);
  }

  protected override async connect(): Promise<void> {
    this.emitConnected({ sessionId: 's1' });
  }

  protected override sendCommand(command: RealtimeCommand): boolean {
    this.commands.push(command);
    return true;
  }

  override simpleAudioResponse(pcm: PcmData, _participant?: Participant): void {
    this.given.push(pcm);
    if (this.given.length > 1) throw new Error('the line is bad');
  }

  protected override onClose(): void {
    this.emitDisconnected({ reason: 'hung up', clean: true });
  }
}

describe('Realtime over a transport of its own', () => {
  it('is given audio in its format, and commands; and what it hears comes out', async () => {
    const model = new OwnTransport();
    const errors: string[] = [];
    model.events.on(RealtimeErrorEvent, ({ error }) => void errors.push(error.message));
    await model.start();
    model.simpleAudioResponse(level(1_000), ada);
    model.simpleAudioResponse(level(1_000), ada);
    await settle();
    expect(model.given[0]).toMatchObject({ sampleRate: 16_000, channels: 1 });
    expect(errors).toEqual(['the line is bad']);
    const answer = Array.fromAsync(model.simpleResponse('Hello?'));
    await settle();
    expect(model.commands.map(({ type }) => type)).toEqual(['text']);
    model.hear({ type: 'audio', audio: PcmData.silence(20, MONO_16K) });
    model.hear({ type: 'agent-transcript', mode: 'final', text: 'Hi.' });
    model.hear({ type: 'response-done' });
    expect(await answer).toMatchObject([{ delta: 'Hi.' }, { text: 'Hi.' }]);
    expect(model.output.peek()[0]).toMatchObject({ type: 'agent-speech-started' });
    await model.close();
    expect(model.connected).toBe(false);
  });

  it('says what to implement where nothing is', async () => {
    class Nothing extends Realtime {}
    const model = new Nothing({ provider: 'no', inputFormat: MONO_16K, outputFormat: MONO_16K });
    await expect(model.start()).rejects.toThrow(/has no createCodec\(\)/);
  });
});
