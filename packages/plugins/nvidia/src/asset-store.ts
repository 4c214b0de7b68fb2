import { assertOk, requestJson, type Fetch } from '@vision-agents/core';
import type { ChatContext } from '@vision-agents/plugin-openai';
import { z } from 'zod';
import { base64Of, mimeTypeOf } from './images.ts';

type Context = Pick<ChatContext, 'signal' | 'afterwards'> & { fetch: Fetch };

const description = 'Video frame';
const Created = z.object({ assetId: z.string(), uploadUrl: z.url() });

/**
 * What is uploaded for a request, and deleted when the request is over, however it ended.
 *
 * Protocol: https://docs.api.nvidia.com/cloud-functions/reference/createasset
 */
export class AssetStore {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, apiKey }: { url: string; apiKey: string }) {
    this.#url = url;
    this.#headers = { authorization: `Bearer ${apiKey}` };
  }

  /** Uploads images, given as `data:` URLs. Resolves with the name of each, or rejects once none is under way any more. */
  async upload(images: readonly string[], context: Context): Promise<ReadonlyMap<string, string>> {
    const uploads = images.map(
      async (image) => [image, await this.#upload(image, context)] as const,
    );
    await Promise.allSettled(uploads);
    return new Map(await Promise.all(uploads));
  }

  async #upload(image: string, { fetch, signal, afterwards }: Context): Promise<string> {
    const contentType = mimeTypeOf(image);
    const { assetId, uploadUrl } = await requestJson(fetch, {
      url: this.#url,
      headers: this.#headers,
      body: { contentType, description },
      schema: Created,
      signal,
    });
    // Also when what follows fails.
    afterwards((cleanup) => this.#delete(assetId, cleanup));
    const response = await fetch(uploadUrl, {
      method: 'PUT',
      headers: { 'content-type': contentType, 'x-amz-meta-nvcf-asset-description': description },
      body: Buffer.from(base64Of(image), 'base64'),
      signal,
    });
    await assertOk(response);
    return assetId;
  }

  async #delete(id: string, { fetch, signal }: Pick<Context, 'fetch' | 'signal'>): Promise<void> {
    const url = `${this.#url}/${encodeURIComponent(id)}`;
    await assertOk(await fetch(url, { method: 'DELETE', headers: this.#headers, signal }));
  }
}
