import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ComponentClosedError, ComponentErrorEvent } from '../component/index.ts';
import { PushedTrack } from '../../test/pushed-track.ts';
import { call, text } from '../../test/scripted-llm.ts';
import type { LLMPart, LLMRequest } from '../llm/llm-part.ts';
import type { ResponseOptions } from '../llm/llm-response.ts';
import { VideoForwarder } from '../video/video-forwarder.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import { VideoLLM, type VideoLLMInit } from './video-llm.ts';

function frame(shade: number): VideoFrame {
  const data = new Uint8Array(4 * 16 * 16).fill(shade);
  return { kind: 'rgba', width: 16, height: 16, timestampMs: shade, data };
}

class ScriptedVLM extends VideoLLM {
  readonly requests: LLMRequest[] = [];
  readonly rounds: (readonly LLMPart[])[] = [];

  constructor(init: Partial<VideoLLMInit> = {}) {
    super({ provider: 'acme', fps: 1_000, bufferSeconds: 0.003, ...init });
  }

  protected override async *respond(request: LLMRequest): AsyncGenerator<LLMPart> {
    this.requests.push(request);
    yield* this.rounds.shift() ?? [text('Yes.')];
  }
}

let track: PushedTrack;
let vlm: ScriptedVLM;
let errors: string[];

beforeEach(() => {
  track = new PushedTrack();
  use({});
});

afterEach(async () => {
  await vlm.close();
  await setImmediate();
  expect(track.readers).toBe(0);
});

function use(init: Partial<VideoLLMInit>): void {
  vlm = new ScriptedVLM(init);
  errors = [];
  vlm.events.on(ComponentErrorEvent, ({ error, context }) => {
    errors.push(`${context}: ${error.message}`);
  });
}

/** Shows a frame, and waits until it is kept. */
async function show(shade: number): Promise<void> {
  track.push(frame(shade));
  await until(() => vlm.frames.at(-1)?.timestampMs === shade);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

async function ask(question: string, options: ResponseOptions = {}): Promise<void> {
  for await (const item of vlm.simpleResponse(question, options)) expect(item).toBeDefined();
}

/** The kinds of the parts of each message of the last request. */
function shown(): unknown {
  return vlm.requests
    .at(-1)
    ?.messages.map(({ role, content }) => [
      role,
      typeof content === 'string' ? content : content.map(({ type }) => type).join(' '),
    ]);
}

describe('VideoLLM', () => {
  it('keeps one frame a second for ten seconds unless told otherwise', () => {
    const usual = new ScriptedVLM({ fps: undefined, bufferSeconds: undefined });
    expect([usual.fps, usual.maxFrames, usual.frames, usual.category]).toEqual([1, 10, [], 'vlm']);
  });

  it('shows what it sees with the question, and only with that', async () => {
    await vlm.watchVideoTrack(track);
    await show(10);
    await show(200);
    await ask('What is it?');
    expect(shown()).toEqual([['user', 'text image image']]);
    const [message] = vlm.requests[0]?.messages ?? [];
    expect(message?.content[1]).toEqual({
      type: 'image',
      mimeType: 'image/jpeg',
      data: vlm.frames[0]?.data,
    });

    await ask('And now?', { images: [{ type: 'image', url: 'https://acme.example/a.png' }] });
    expect(shown()).toEqual([
      ['user', 'What is it?'],
      ['assistant', 'Yes.'],
      ['user', 'text image image image'],
    ]);
  });

  it('shows it with the question also where processors have something to tell', async () => {
    await vlm.watchVideoTrack(track);
    await show(10);
    const counter = { name: 'counter', state: () => 'two people' };
    for (const question of ['What is it?', 'And now?'])
      await ask(question, { processors: [counter] });
    expect(shown()).toEqual([
      ['user', 'What is it?'],
      ['assistant', 'Yes.'],
      ['system', expect.stringContaining('- counter: two people')],
      ['user', 'text image'],
    ]);
  });

  it('shows in every round of an answer what it saw when that was begun', async () => {
    vlm.registerFunction({
      name: 'look',
      description: 'Looks',
      parameters: { type: 'object', properties: {} },
      execute: () => show(200),
    });
    await vlm.watchVideoTrack(track);
    await show(10);
    vlm.rounds.push([call('look')], [text('Yes.')]);
    await ask('What is it?');
    expect(vlm.frames).toHaveLength(2);
    expect(shown()).toEqual([
      ['user', 'text image'],
      ['assistant', ''],
      ['tool', expect.anything()],
    ]);
  });

  it('answers without having seen anything', async () => {
    await ask('Hello?');
    await vlm.watchVideoTrack(track);
    await ask('Still there?');
    expect(shown()).toEqual([
      ['user', 'Hello?'],
      ['assistant', 'Yes.'],
      ['user', 'Still there?'],
    ]);
  });

  it('is measured as a model that sees', async () => {
    vlm.rounds.push([text('Yes.'), { type: 'finish', usage: { inputTokens: 7, outputTokens: 2 } }]);
    await ask('What is it?');
    const sums = ['vlm.inferences', 'vlm.tokens.input', 'vlm.tokens.output'] as const;
    expect(sums.map((name) => vlm.metrics.get(name)?.sum)).toEqual([1, 7, 2]);
    expect(vlm.metrics.get('vlm.inference.latency.ms')?.count).toBe(1);
    expect(vlm.metrics.get('llm.time_to_first_token.ms')?.count).toBe(1);
    expect(vlm.metrics.get('llm.tokens.input')).toBeUndefined();
  });

  it('keeps the newest frames, and what stands still once', async () => {
    await vlm.watchVideoTrack(track);
    for (const shade of [10, 60, 110, 160, 210]) await show(shade);
    track.push(frame(210));
    await show(250);
    expect(vlm.maxFrames).toBe(3);
    expect(vlm.frames.map(({ timestampMs }) => timestampMs)).toEqual([160, 210, 250]);
  });

  it('watches one track: another takes its place, and what was seen is gone', async () => {
    const other = new PushedTrack();
    await vlm.watchVideoTrack(other);
    const before = vlm.watchVideoTrack(track);
    const after = vlm.watchVideoTrack(track);
    await Promise.all([before, after]);
    expect([other.readers, track.readers]).toEqual([0, 1]);
    await show(10);
    await vlm.stopWatchingVideoTrack();
    expect([vlm.frames, track.readers]).toEqual([[], 0]);
    await vlm.stopWatchingVideoTrack();
  });

  it('watches nothing when it is told to stop before it has begun', async () => {
    const watching = vlm.watchVideoTrack(track);
    await vlm.stopWatchingVideoTrack();
    await watching;
    expect(track.readers).toBe(0);
  });

  it('adds itself to a shared forwarder, at a rate that it has, and leaves it to the others', async () => {
    const forwarder = new VideoForwarder(track);
    const numbers: number[] = [];
    const id = forwarder.addFrameHandler(({ timestampMs }) => void numbers.push(timestampMs));
    await vlm.watchVideoTrack(track, forwarder);
    expect([forwarder.handlers, track.readers]).toEqual([2, 1]);
    await show(10);
    await vlm.stopWatchingVideoTrack();
    expect([forwarder.handlers, forwarder.running, numbers]).toEqual([1, true, [10]]);
    forwarder.removeFrameHandler(id);
  });

  it('tells of a frame that it cannot encode and of a track that fails, and goes on', async () => {
    await vlm.watchVideoTrack(track);
    track.push({ ...frame(1), data: new Uint8Array(3) });
    await until(() => errors.length === 1);
    await show(20);
    track.push(new Error('the camera is gone'));
    await until(() => errors.length === 2);
    expect(errors).toEqual([
      expect.stringContaining('rgba of 16×16 takes 1024 bytes, got 3'),
      expect.stringContaining('the camera is gone'),
    ]);
    expect(vlm.frames).toHaveLength(1);
    expect(vlm.metrics.get('vlm.errors')?.count).toBe(2);
  });

  it('lets go of the track when it is closed, and watches none after', async () => {
    await vlm.start();
    await vlm.watchVideoTrack(track);
    await vlm.close();
    expect([track.readers, vlm.frames]).toEqual([0, []]);
    await expect(vlm.watchVideoTrack(track)).rejects.toThrow(ComponentClosedError);
  });

  it.each([
    [{ fps: 0 }, 'fps must be above 0 frames per second, got 0'],
    [{ bufferSeconds: -1 }, 'seconds must be above 0, got -1'],
    [{ jpeg: { quality: 200 } }, 'quality must be 1 to 100, got 200'],
  ])('refuses %j', (init, message) => {
    expect(() => new ScriptedVLM(init)).toThrow(new RangeError(message));
  });
});
