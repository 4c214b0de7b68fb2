import { FakeChatServer, type FakeExchange, type FakeHttpRequest } from '@vision-agents/testkit';
import { z } from 'zod';

/** The key that the fake accepts. */
const TEST_KEY = 'nvapi-test-key';

const ASSETS = '/v2/nvcf/assets';
const CHAT = '/v1/chat/completions';
/** What the service takes of an image in a request, in characters of base64. */
const MAX_INLINE = 180_000;

const NewAsset = z.strictObject({ contentType: z.string(), description: z.string() });

interface Asset {
  contentType: string;
  description: string;
  data: Uint8Array | undefined;
}

/**
 * The service of NVIDIA, as it answers on the wire: chat completions, and the store of assets that requests refer to.
 * On a real socket of this machine.
 */
export class FakeProvider extends FakeChatServer {
  /** Those that were not deleted, by their names. */
  readonly assets = new Map<string, Asset>();
  /** Of every asset that a request has referred to, its data, in order. */
  readonly seen: Uint8Array[] = [];
  /** The status of every answer that a store of assets gives from now on, where it is not to do what it is asked. */
  failing: { method: 'POST' | 'PUT' | 'DELETE'; status: number } | undefined;
  #created = 0;

  constructor() {
    super({ apiKey: TEST_KEY, path: CHAT });
  }

  override async start(): Promise<void> {
    this.assets.clear();
    this.seen.length = 0;
    this.failing = undefined;
    this.#created = 0;
    await super.start();
  }

  protected override async onRequest(exchange: FakeExchange): Promise<void> {
    const { pathname } = exchange.request.url;
    if (pathname === CHAT) {
      this.#checkImages(exchange.request);
      return super.onRequest(exchange);
    }
    const { method } = exchange.request;
    if (this.failing?.method === method) exchange.refuse({ status: this.failing.status });
    else if (method === 'PUT' && pathname.startsWith('/upload/')) this.#store(exchange);
    else if (exchange.request.headers.get('authorization') !== `Bearer ${TEST_KEY}`)
      exchange.refuse({ status: 401 });
    else if (method === 'POST' && pathname === ASSETS) this.#create(exchange);
    else if (method === 'DELETE' && pathname.startsWith(`${ASSETS}/`)) this.#delete(exchange);
    else exchange.refuse({ status: 404 });
  }

  #create(exchange: FakeExchange): void {
    const { contentType, description } = NewAsset.parse(exchange.request.json());
    this.#created += 1;
    const assetId = `asset-${this.#created}`;
    this.assets.set(assetId, { contentType, description, data: undefined });
    const uploadUrl = `${this.url}/upload/${assetId}?signature=${'5'.repeat(32)}`;
    exchange.json({ assetId, uploadUrl, contentType, description });
  }

  /** What is uploaded is as it was announced: the address is signed for that, and for nobody's key. */
  #store(exchange: FakeExchange): void {
    const { url, headers, body } = exchange.request;
    const asset = this.assets.get(url.pathname.slice('/upload/'.length));
    if (headers.has('authorization')) throw new Error('only one way to authenticate is allowed');
    if (headers.get('content-type') !== asset?.contentType)
      throw new Error('the content type is not the one that was signed');
    if (headers.get('x-amz-meta-nvcf-asset-description') !== asset?.description)
      throw new Error('the description is not the one that was signed');
    if (asset) asset.data = body;
    exchange.start({ status: 200 });
    exchange.end();
  }

  #delete(exchange: FakeExchange): void {
    const id = decodeURIComponent(exchange.request.url.pathname.slice(ASSETS.length + 1));
    exchange.start({ status: this.assets.delete(id) ? 204 : 404 });
    exchange.end();
  }

  /** An image is small, or an asset that was uploaded and is named in the header. */
  #checkImages({ text, headers }: FakeHttpRequest): void {
    for (const [, base64 = ''] of text.matchAll(/;base64,([\w+/=]+)/g))
      if (base64.length > MAX_INLINE) throw new Error('the image is too large for the request');
    const used = [...text.matchAll(/data:image\/jpeg;asset_id,([\w-]+)/g)].map(([, id = '']) => id);
    const named = headers.get('nvcf-input-asset-references')?.split(',') ?? [];
    if ([...new Set(used)].toSorted().join() !== named.toSorted().join())
      throw new Error('the assets are not those that the header names');
    for (const id of used) {
      const data = this.assets.get(id)?.data;
      if (!data) throw new Error(`asset ${id} was not uploaded`);
      this.seen.push(data);
    }
  }
}

/** What a plugin needs to find the fake. */
export function testOptions(provider: { url: string }) {
  return {
    baseUrl: `${provider.url}/v1`,
    assetUrl: `${provider.url}${ASSETS}`,
    apiKey: TEST_KEY,
  };
}
