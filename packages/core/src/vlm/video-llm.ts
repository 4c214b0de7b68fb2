import { drain, measureAnswer } from '../component/hooks.ts';
import { ProviderError } from '../errors/provider-error.ts';
import { LLM, type LLMInit } from '../llm/llm.ts';
import type { LLMFinal, ResponseOptions } from '../llm/llm-response.ts';
import type { ImagePart, Message } from '../llm/message.ts';
import type { Measurement } from '../metrics/index.ts';
import { FrameBuffer } from '../video/frame-buffer.ts';
import { FrameWatch } from '../video/frame-watch.ts';
import { JpegEncoder, type JpegOptions } from '../video/jpeg-encoder.ts';
import type { VideoForwarder } from '../video/video-forwarder.ts';
import type { EncodedFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';
import { frameSeen } from './hooks.ts';

export interface VideoLLMInit extends LLMInit {
  /** How many frames a second are kept. 1 unless given. */
  fps?: number | undefined;
  /** For how long frames are kept, in seconds: `fps × bufferSeconds` of them. 10 unless given. */
  bufferSeconds?: number | undefined;
  /** How frames are encoded: quality 85, at most 800×600 pixels, unless given. */
  jpeg?: JpegOptions | undefined;
}

const DEFAULT_FPS = 1;
const DEFAULT_BUFFER_SECONDS = 10;

/**
 * A language model that sees. What it is told to watch is kept as a few JPEGs, and the model is shown them with the
 * question that it answers; later requests have the words of the conversation, without its pictures. A plugin
 * implements `respond()` as for `LLM`, and needs to know nothing of video.
 *
 * A provider that takes the video itself overrides `watchVideoTrack()` and `stopWatchingVideoTrack()`.
 */
export abstract class VideoLLM extends LLM {
  override readonly category: string = 'vlm';
  /** How many frames a second are kept. */
  readonly fps: number;
  /** How many frames are kept at most. */
  readonly maxFrames: number;

  readonly #bufferSeconds: number;
  readonly #encoder: JpegEncoder;
  readonly #shown = new WeakMap<AbortSignal, readonly ImagePart[]>();
  #watch: FrameWatch | undefined;

  /** @throws RangeError for an `fps`, a time, a quality or a size that can't be */
  constructor(init: VideoLLMInit) {
    super(init);
    this.fps = init.fps ?? DEFAULT_FPS;
    this.#bufferSeconds = init.bufferSeconds ?? DEFAULT_BUFFER_SECONDS;
    this.maxFrames = new FrameBuffer({ fps: this.fps, seconds: this.#bufferSeconds }).maxFrames;
    this.#encoder = new JpegEncoder(init.jpeg);
  }

  /** What is seen: JPEGs, the oldest first. What shows the same as the one before is there once. Empty while nothing is watched. */
  get frames(): readonly EncodedFrame[] {
    return this.#watch?.frames ?? [];
  }

  /**
   * Watches a track, and none that it watched before. A frame that can't be encoded, or a track that fails, becomes an
   * error event.
   *
   * @param sharedForwarder where others watch the same track: it is read once for all, and never stopped here
   * @throws ProviderError kind `unsupported` where `sharp` is missing, with what to install
   * @throws ComponentClosedError after `close()`
   */
  async watchVideoTrack(track: VideoTrack, sharedForwarder?: VideoForwarder): Promise<void> {
    // It says that it is closed.
    if (this.closed) await this.start();
    const before = this.#watch;
    const watch = new FrameWatch({
      track,
      sharedForwarder,
      fps: this.fps,
      bufferSeconds: this.#bufferSeconds,
      encoder: this.#encoder,
      clock: this.clock,
      onError: (error) => this.reportError(error, 'watchVideoTrack'),
      onFrame: (frame) => this[frameSeen](frame),
    });
    this.#watch = watch;
    await Promise.all([before?.stop(), this.#ready()]);
    // Unless it was told meanwhile to watch another, or none.
    if (this.#watch === watch) watch.start();
  }

  /** Watches nothing any more, and forgets what it saw. */
  async stopWatchingVideoTrack(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.stop();
  }

  protected override messagesFor(options: ResponseOptions): readonly Message[] {
    const messages = super.messagesFor(options);
    const images = this.#imagesFor(options);
    // The conversation comes first, then the turn that is answered: its question is the first that somebody says.
    const before = this.conversation.messages.length;
    const asked = messages.findIndex(({ role }, index) => index >= before && role === 'user');
    return messages.map((message, index) =>
      index === asked && message.role === 'user' ? withImages(message, images) : message,
    );
  }

  override [measureAnswer](final: LLMFinal): readonly Measurement[] {
    if (this.category !== 'vlm') return super[measureAnswer](final);
    return [
      ['vlm.inferences', 1],
      ['vlm.inference.latency.ms', final.latencyMs],
      ['llm.time_to_first_token.ms', final.timeToFirstTokenMs],
      ['vlm.tokens.input', final.inputTokens],
      ['vlm.tokens.output', final.outputTokens],
    ];
  }

  /** A frame of the track that is watched was kept. */
  [frameSeen](_frame: EncodedFrame): void {}

  override async [drain](options: { timeoutMs: number }): Promise<void> {
    await Promise.all([super[drain](options), this.stopWatchingVideoTrack()]);
  }

  /** What is seen when an answer is begun, for all of its rounds. */
  #imagesFor({ signal }: ResponseOptions): readonly ImagePart[] {
    const known = signal && this.#shown.get(signal);
    if (known) return known;
    const images = this.frames.map(({ mimeType, data }): ImagePart => ({
      type: 'image',
      mimeType,
      data,
    }));
    if (signal) this.#shown.set(signal, images);
    return images;
  }

  async #ready(): Promise<void> {
    try {
      await this.#encoder.ready();
    } catch (cause) {
      this.#watch = undefined;
      const { provider } = this;
      const message = `${provider} can't watch video. ${String(cause instanceof Error ? cause.message : cause)}`;
      throw new ProviderError({ provider, kind: 'unsupported', message, cause });
    }
  }
}

function withImages(
  message: Exclude<Message, { role: 'tool' }>,
  images: readonly ImagePart[],
): Message {
  if (images.length === 0) return message;
  const { content } = message;
  const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  return { ...message, content: [...parts, ...images] };
}
