import { ComponentErrorEvent, type ImagePart, type ProviderError } from '@vision-agents/core';
import { describeVLM, NumberedTrack, readImage, VirtualClock } from '@vision-agents/testkit';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plugin, VLM } from '../src/index.ts';
import { FakeProvider, testOptions } from './fake-vlm.ts';

// What every model that sees keeps to.
describeVLM({
  create: (provider) => new VLM(testOptions(provider)),
  provider: new FakeProvider(),
});

/** Noise, of which a JPEG remembers all. */
async function photo(size: number): Promise<Extract<ImagePart, { data: unknown }>> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const image = sharp({
    create: { width: size, height: size, channels: 3, noise, background: 'grey' },
  });
  return {
    type: 'image',
    mimeType: 'image/jpeg',
    data: await image.jpeg({ quality: 95 }).toBuffer(),
  };
}

const large = await photo(500);
const alsoLarge = await photo(520);
const small = await photo(50);

describe('what is particular to this plugin', () => {
  const server = new FakeProvider();
  let vlm: VLM;
  let told: ProviderError[];

  beforeEach(async () => {
    await server.start();
    vlm = new VLM(testOptions(server));
    told = [];
    vlm.events.on(ComponentErrorEvent, ({ error }) => void told.push(error));
  });
  afterEach(async () => {
    await vlm.close();
    expect(JSON.stringify(told)).not.toContain('nvapi-test-key');
    await server.changes.until('nothing is open', () => server.openConnections === 0);
    await server.stop();
  });

  const ask = (images: readonly ImagePart[], signal?: AbortSignal) =>
    Array.fromAsync(vlm.simpleResponse('What is it?', { images, signal }));

  /** Every asset is deleted, in the background. */
  const deleted = (): Promise<unknown> =>
    server.changes.until(
      () => `the assets are deleted, but for ${server.assets.size}`,
      () => server.assets.size === 0 && server.openConnections === 0,
    );

  it('is what the package provides', () => {
    expect(plugin.provides.vlm).toBe(VLM);
  });

  it('asks as it is told, with small pictures in the request', async () => {
    await using other = new VLM({
      ...testOptions(server),
      temperature: 0.2,
      topP: 0.7,
      maxTokens: 99,
    });
    const clock = new VirtualClock();
    other.useClock(clock);
    await other.watchVideoTrack(new NumberedTrack({ clock }));
    while (other.frames.length === 0) await clock.advance(100);
    await Array.fromAsync(other.simpleResponse('What is it?'));

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.json()).toMatchObject({
      model: 'nvidia/nemotron-nano-12b-v2-vl',
      max_tokens: 99,
      temperature: 0.2,
      top_p: 0.7,
    });
    const [picture = ''] = server.prompts[0]?.messages[0]?.images ?? [];
    expect(await readImage(picture)).toMatchObject({ format: 'jpeg', number: 1 });
    expect(server.requests[0]?.headers.has('nvcf-input-asset-references')).toBe(false);
    server.assertDone();
  });

  it('uploads all pictures where one is large, and deletes them', async () => {
    const items = await ask([small, large, small]);
    await deleted();

    expect(items.at(-1)).toMatchObject({
      type: 'final',
      text: 'You said: What is it? <img src="data:image/jpeg;asset_id,asset-1" /> <img src="data:image/jpeg;asset_id,asset-2" /> <img src="data:image/jpeg;asset_id,asset-1" />',
    });
    expect(server.seen.map((data) => data.length)).toEqual(
      [small, large, small].map(({ data }) => data.length),
    );
    expect(told).toEqual([]);
    server.assertDone();
  });

  it('uploads them for each round of an answer, and deletes all', async () => {
    vlm.registerFunction({ name: 'look', description: 'Looks closer', execute: () => 'a cat' });
    server.reply({ toolCalls: [{ name: 'look' }] });
    server.reply({ text: 'A cat.' });
    expect((await ask([large])).at(-1)).toMatchObject({ text: 'A cat.' });
    await deleted();
    expect(server.seen).toHaveLength(2);
    server.assertDone();
  });

  it('deletes them when the answer fails', async () => {
    server.reply({ text: 'I see', ending: 'cut' });
    await expect(ask([large])).rejects.toMatchObject({ kind: 'network' });
    await deleted();
    expect(server.seen).toHaveLength(1);
  });

  it('deletes them when the answer is interrupted', async () => {
    server.reply({ text: 'I see a very long story', holdAfter: 1 });
    const abort = new AbortController();
    for await (const item of vlm.simpleResponse('What is it?', {
      images: [large],
      signal: abort.signal,
    })) {
      expect(item).toEqual({ type: 'delta', delta: 'I' });
      abort.abort();
    }
    await deleted();
    expect(told).toEqual([]);
  });

  it('deletes them when it is closed in mid-answer', async () => {
    server.reply({ text: 'I see a very long story', holdAfter: 1 });
    for await (const item of vlm.simpleResponse('What is it?', { images: [large] })) {
      expect(item).toEqual({ type: 'delta', delta: 'I' });
      await vlm.close();
    }
    expect(server.assets.size).toBe(0);
  });

  it.each([
    ['POST', 403, 'auth', 0],
    ['PUT', 403, 'auth', 2],
  ] as const)(
    'fails the answer where %s fails, and leaves nothing behind',
    async (method, status, kind, deletions) => {
      server.failing = { method, status };
      await expect(ask([large, alsoLarge])).rejects.toMatchObject({
        provider: 'nvidia',
        kind,
        status,
      });
      await deleted();
      expect(server.requests.filter((request) => request.method === 'DELETE')).toHaveLength(
        deletions,
      );
      expect(server.prompts).toEqual([]);
      expect(told.map((error) => error.message).join()).not.toContain('55555');
    },
  );

  it('tells of a picture that can not be deleted, and answers', async () => {
    const error = vlm.events.once(ComponentErrorEvent);
    server.failing = { method: 'DELETE', status: 403 };
    expect((await ask([large])).at(-1)).toMatchObject({ type: 'final' });
    expect((await error).error).toMatchObject({ kind: 'auth', status: 403 });
  });

  it('says nothing of what a model thinks', async () => {
    server.reply({ text: '<think>It purrs.</think> A cat.' });
    expect((await ask([])).at(-1)).toMatchObject({ text: 'A cat.' });
  });
});
