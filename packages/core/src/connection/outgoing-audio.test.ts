import { describe, expect, it } from 'vitest';
import { MONO_16K, PcmData } from '../audio/index.ts';
import { OutgoingAudio } from './outgoing-audio.ts';

const chunks = [1, 2, 3, 4].map(
  (value) =>
    new PcmData({ samples: new Int16Array(320).fill(value), sampleRate: MONO_16K.sampleRate }),
);

function drain(audio: OutgoingAudio): (number | undefined)[] {
  const values: (number | undefined)[] = [];
  for (let pcm = audio.next(); pcm; pcm = audio.next()) values.push(pcm.samples[0]);
  return values;
}

describe('OutgoingAudio', () => {
  it('takes back what had not left the socket, in order, and nothing that had', () => {
    const audio = new OutgoingAudio({ maxWaitingMs: 1_000 });
    for (const chunk of chunks) audio.put(chunk);
    for (let sent = 0; sent < 3; sent += 1) audio.next();
    audio.left();
    expect([audio.inFlightMs, audio.waitingMs]).toEqual([40, 20]);
    audio.takeBack();
    expect([audio.inFlightMs, audio.waitingMs]).toEqual([0, 60]);
    expect(drain(audio)).toEqual([2, 3, 4]);
    expect(audio.droppedMs).toBe(0);
  });

  it('counts what had left the socket, and was not shown to have arrived when it was cut', () => {
    const audio = new OutgoingAudio({ maxWaitingMs: 1_000 });
    for (const chunk of chunks) audio.put(chunk);
    for (let sent = 0; sent < 3; sent += 1) audio.next();
    audio.left();
    const upToMs = audio.givenMs;
    audio.left();
    audio.arrived(20);
    expect([upToMs, audio.underwayMs]).toEqual([60, 20]);
    expect(audio.takeBack()).toBe(20);
    expect([audio.unconfirmedMs, audio.underwayMs, audio.waitingMs]).toEqual([20, 0, 40]);
  });

  it('drops the oldest that does not fit, and counts all that is given up', () => {
    const audio = new OutgoingAudio({ maxWaitingMs: 40 });
    for (const chunk of chunks) audio.put(chunk);
    expect(audio.droppedMs).toBe(40);
    audio.next();
    audio.drop();
    expect([audio.droppedMs, audio.underwayMs]).toEqual([60, 20]);
    expect(audio.empty).toBe(true);
    audio.takeBack();
    expect([audio.droppedMs, audio.unconfirmedMs, audio.waitingMs]).toEqual([60, 20, 0]);
  });
});
