import { describeVLM, NumberedTrack, readImage, VirtualClock } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatCompletionsVLM, plugin } from '../src/index.ts';
import { ask, registerWeather, weatherRounds } from './support/ask.ts';
import { FakeChat, testOptions } from './support/fake-chat.ts';

// What every model that sees keeps to.
describeVLM({
  create: (provider) => new ChatCompletionsVLM(testOptions(provider)),
  provider: new FakeChat(),
});

describe('what is particular to this plugin', () => {
  const server = new FakeChat();

  beforeEach(() => server.start());
  afterEach(() => server.stop());

  it('is what the package provides', () => {
    expect(plugin.provides.vlm).toBe(ChatCompletionsVLM);
  });

  it('shows pictures of the size that it is told, in each round of an answer', async () => {
    const clock = new VirtualClock();
    const vlm = new ChatCompletionsVLM({
      ...testOptions(server),
      fps: 2,
      bufferSeconds: 1,
      maxWidth: 160,
      detail: 'low',
    });
    vlm.useClock(clock);
    const called = registerWeather(vlm);
    const track = new NumberedTrack({ clock });
    await vlm.watchVideoTrack(track);
    while (vlm.frames.length < 2) await clock.advance(100);
    for (const reply of weatherRounds) server.reply(reply);
    const { final } = await ask(vlm, 'Is it as you see it?');
    await vlm.close();

    expect(final.text).toBe('One moment. Rome is sunny, Oslo is not.');
    expect(called).toEqual(['Rome', 'Oslo', 'time']);
    const shown = server.prompts.map(({ messages }) => messages.flatMap(({ images }) => images));
    expect(shown.map((images) => images.length)).toEqual([2, 2, 2]);
    expect(new Set(shown.flat()).size).toBe(2);
    expect(await readImage(shown[0]?.[0] ?? '')).toMatchObject({
      format: 'jpeg',
      width: 160,
      height: 90,
    });
    expect(JSON.stringify(server.requests[0]?.json())).toContain('"detail":"low"');
    expect(track.readers).toBe(0);
    server.assertDone();
  });
});
