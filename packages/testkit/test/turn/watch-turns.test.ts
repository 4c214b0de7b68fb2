import { expect, it } from 'vitest';
import { recordings, runTurnDetectorRule, turnDetectorRules, watchTurns } from '../../src/index.ts';
import { ReferenceTurnDetector } from './reference-turn-detector.ts';

it('prints when turns start and end', async () => {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const speech = recordings.ada.pcm().slice(200, 900);
  await watchTurns(new ReferenceTurnDetector({ silenceMs: 100 }), speech, { print, pauseMs: 300 });
  expect(lines).toEqual([
    expect.stringMatching(/^ +0\.\d\d s {2}turn started, confidence 0\.90$/),
    expect.stringMatching(
      /^ +\d\.\d\d s {2}turn ended, confidence 0\.80, \d+ ms long, \d+ ms of silence$/,
    ),
  ]);
});

it('prints when a recording really has its sentences, to compare', async () => {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const [sentence] = recordings.ada.sentences;
  const short = { ...recordings.ada, sentences: recordings.ada.sentences.slice(0, 1) };
  const speech = { ...short, pcm: () => recordings.ada.pcm().slice(200, 900) };
  await watchTurns(new ReferenceTurnDetector({ silenceMs: 100 }), speech, { print, pauseMs: 300 });
  expect(lines.slice(0, 3)).toEqual([
    'What is said:',
    expect.stringMatching(
      new RegExp(`^ +0\\.\\d\\d s to \\d\\.\\d\\d s {2}"${sentence?.text ?? ''}"$`),
    ),
    '\nWhat it tells:',
  ]);
  expect(lines).toHaveLength(5);
});

it('says what was seen when a rule fails', async () => {
  const rule = turnDetectorRules.find(({ id }) => id === 'starts-in-time');
  const deaf = { create: () => new ReferenceTurnDetector({ level: 2 }) };
  const failure = rule && runTurnDetectorRule(rule, deaf);
  await expect(failure).rejects.toThrow(
    /one turn must start with one sentence[^]*told of no error[^]*given \d+ frame[^]*told of no turn/,
  );
});
