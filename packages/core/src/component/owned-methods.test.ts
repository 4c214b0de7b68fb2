import { describe, expect, it } from 'vitest';
import { Processor } from '../processor/index.ts';
import { Realtime } from '../realtime/index.ts';
import { SegmentedSTT, StreamingSTT, STT } from '../stt/index.ts';
import { StreamingTTS, TTS } from '../tts/index.ts';
import { TurnDetector } from '../turn/index.ts';
import { Component } from './component.ts';
import { assertOwnMethods, ownedMethods } from './owned-methods.ts';

/** Every base class that owns methods, with each of them and what to implement instead. */
const owned = [
  Component,
  STT,
  StreamingSTT,
  SegmentedSTT,
  TTS,
  StreamingTTS,
  TurnDetector,
  Processor,
  Realtime,
].flatMap((Base) =>
  Object.entries(Base[ownedMethods]).map(([method, instead]) => ({ Base, method, instead })),
);

const replaced = { value: () => undefined };

describe.each(owned)('$method() of $Base.name, where one implements $instead', (its) => {
  const { Base, method, instead } = its;
  const refusal = new RegExp(`overrides ${method}\\(\\), which belongs to ${Base.name}\\. .*`);

  it('is no method of a subclass, however far down', () => {
    const subclass: object = Object.create(Base.prototype, { [method]: replaced });
    const plugin: object = Object.create(Object.create(subclass));
    expect(() => assertOwnMethods(plugin)).toThrow(refusal);
    expect(() => assertOwnMethods(plugin)).toThrow(`Implement ${instead} instead.`);
  });

  it('is no field of an instance', () => {
    const plugin: object = Object.create(Base.prototype, { [method]: replaced });
    expect(() => assertOwnMethods(plugin)).toThrow(refusal);
  });

  it('may be where it is', () => {
    const plugin: object = Object.create(Base.prototype, { other: replaced });
    expect(() => assertOwnMethods(plugin)).not.toThrow();
  });
});
