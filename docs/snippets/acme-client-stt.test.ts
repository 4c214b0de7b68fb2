import { describeSTT, recordings } from '@vision-agents/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STT } from './acme-client-stt.ts';
import { AcmeClient } from './acme-client.ts';
import { AcmeHttpProvider } from './acme-http-provider.ts';

const apiKey = 'acme-test-key';
const provider = new AcmeHttpProvider();

describeSTT({ create: ({ url }) => new STT({ baseUrl: url, apiKey }), provider });

describe('what is particular to it', () => {
  beforeEach(() => provider.start());
  afterEach(() => provider.stop());

  it.each([
    ['its own', 1],
    ['a shared', 0],
  ] as const)('closes %s client: %i times', async (whose, times) => {
    const baseUrl = provider.url;
    const client = new AcmeClient({ apiKey, baseUrl, fetch, maxRetries: 0 });
    const close = vi.spyOn(AcmeClient.prototype, 'close');
    try {
      const stt = whose === 'its own' ? new STT({ apiKey, baseUrl }) : new STT({ client });
      await stt.start();
      stt.send(recordings.ada.pcm().slice(0, 3_073));
      await stt.close();
      expect(await stt.output.collect()).toMatchObject([
        { text: recordings.ada.sentences[0]?.text },
      ]);
      expect(close).toHaveBeenCalledTimes(times);
    } finally {
      close.mockRestore();
    }
  });

  it('makes one request at a time, over all speakers', async () => {
    let [atOnce, most] = [0, 0];
    const counting: typeof fetch = async (...args) => {
      most = Math.max(most, ++atOnce);
      return fetch(...args).finally(() => atOnce--);
    };
    const baseUrl = provider.url;
    const client = new AcmeClient({ apiKey, baseUrl, fetch: counting, maxRetries: 0 });
    const stt = new STT({ client });
    await stt.start();
    for (const id of ['ada', 'ben', 'cem']) {
      stt.send(recordings.ada.pcm().slice(0, 3_073), { id, userId: id });
    }
    await stt.close();
    expect(await stt.output.collect()).toHaveLength(3);
    expect(most).toBe(1);
  });
});
