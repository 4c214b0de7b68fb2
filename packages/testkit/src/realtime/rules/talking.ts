import { strict as assert } from 'node:assert';
import type { Rule } from '../../contract/rule.ts';
import {
  ada,
  audioOf,
  isAgentText,
  isUserText,
  SENTENCE,
  spokenIn,
  type RealtimeBench,
} from '../realtime-bench.ts';

export const talkingRules: readonly Rule<RealtimeBench>[] = [
  {
    id: 'hears-what-is-said',
    title: 'tells when a user begins and ends, and what is said, by whom',
    async run(bench) {
      const { realtime, items } = await bench.startRealtime();
      await bench.speak(realtime);
      const final = await bench.output('what was said comes out', () =>
        items.find((item) => isUserText(item) && item.mode === 'final'),
      );
      assert(isUserText(final));
      assert.equal(final.text, SENTENCE, 'the text must be what was said');
      const ofUser = items.filter(({ type }) => type.startsWith('user-'));
      const types = ofUser.map(({ type }) => type);
      assert.equal(types[0], 'user-speech-started', 'it must begin with the beginning');
      assert(types.includes('user-speech-ended'), 'it must be told when the user has ended');
      for (const item of ofUser) {
        assert.equal(item.turnId, final.turnId, 'all of it must be of one turn');
        assert('participant' in item, 'it must be told who spoke');
        assert.deepEqual(item.participant, ada, 'it must be told who spoke');
      }
    },
  },
  {
    id: 'takes-any-input-format',
    title: 'brings audio of any format to what the provider takes',
    async run(bench) {
      const { realtime } = await bench.startRealtime();
      await bench.speak(realtime, { as: (pcm) => pcm.resample(44_100, 2).toFloat32() });
      const { provider } = bench;
      await provider.changes.until('the last word is heard', () => provider.heard.length >= 11);
      assert.equal(provider.heard.join(' '), SENTENCE, 'every word must be heard');
      assert.deepEqual(provider.violations, [], 'the provider must not complain');
    },
  },
  {
    id: 'keeps-early-audio',
    title: 'gives the provider what was said before there was a session',
    async run(bench) {
      const { realtime } = bench.createRealtime();
      await bench.speak(realtime);
      await realtime.start();
      const { provider } = bench;
      await provider.changes.until('the last word is heard', () => provider.heard.length >= 11);
      assert.equal(provider.heard.join(' '), SENTENCE, 'every word must be heard');
    },
  },
  {
    id: 'speaks-its-answer',
    title: 'puts out the answer to what was said, in sound and in words, as one turn',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { realtime, items } = observed;
      const turnId = await bench.talk(observed, 'Gladly. At which time?');
      await bench.output('the end of the speech', () =>
        items.some(({ type }) => type === 'agent-speech-ended'),
      );
      const ofTurn = items.filter((item) => item.turnId === turnId);
      assert.equal(spokenIn(ofTurn), 'Gladly. At which time?', 'the answer must be heard');
      const text = ofTurn.findLast(isAgentText);
      assert.deepEqual(
        [text?.mode, text?.text],
        ['final', 'Gladly. At which time?'],
        'the words must be told as they are heard',
      );
      const { sampleRate, channels, format } = audioOf(ofTurn) ?? {};
      assert.deepEqual(
        { sampleRate, channels, format },
        { ...realtime.outputFormat },
        'the audio must be of outputFormat',
      );
      const types = new Set(ofTurn.map(({ type }) => type));
      assert(types.has('user-transcript'), 'what was said must be of the same turn');
      const order = ofTurn.flatMap(({ type }) => (type.startsWith('agent-speech') ? [type] : []));
      assert.deepEqual(
        order,
        ['agent-speech-started', 'agent-speech-ended'],
        'the speech must begin and end once',
      );
    },
  },
  {
    id: 'remembers-what-was-said',
    title: 'keeps what both said in the conversation, and who said it',
    async run(bench) {
      const observed = await bench.startRealtime();
      await bench.talk(observed, 'Gladly. At which time?');
      await bench.ask(observed.llm, 'At seven.');
      const told = observed.realtime.conversation.messages.map(({ role, content }) => [
        role,
        content,
      ]);
      assert.deepEqual(
        told,
        [
          ['user', SENTENCE],
          ['assistant', 'Gladly. At which time?'],
          ['user', 'At seven.'],
          ['assistant', 'You said: At seven.'],
        ],
        'the conversation must have what was said, in order',
      );
    },
  },
  {
    id: 'speaks-texts-too',
    title: 'speaks the answer to a text, in the turn that was asked for',
    async run(bench) {
      const observed = await bench.startRealtime();
      const { text } = await bench.ask(observed.llm, 'Hello?', { turnId: 'my-turn' });
      await bench.ended(observed);
      assert.equal(text, 'You said: Hello?', 'the answer must be told');
      const ofTurn = observed.items.filter(({ turnId }) => turnId === 'my-turn');
      assert.equal(spokenIn(ofTurn), 'You said: Hello?', 'the same must be heard');
    },
  },
  {
    id: 'one-at-a-time',
    title: 'has one text answered after the other, however many are asked at once',
    async run(bench) {
      const observed = await bench.startRealtime();
      const asked = ['One?', 'Two?', 'Three?'].map((text) => bench.read(observed.llm, text));
      for (const [index, reading] of asked.entries()) {
        await reading.ended;
        const expected = `You said: ${['One?', 'Two?', 'Three?'][index] ?? ''}`;
        assert.equal(reading.text, expected, 'each must have its own answer');
      }
      const told = observed.errors.map(({ message }) => message);
      assert.deepEqual(told, [], 'the provider must not complain');
    },
  },
];
