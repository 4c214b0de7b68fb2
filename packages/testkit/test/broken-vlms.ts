import { textOf, type Message, type VideoLLM } from '@vision-agents/core';
import { type VideoForwarder, type VideoFrame, type VideoTrack } from '@vision-agents/core/video';
import type { FakeChatServer } from '../src/index.ts';
import { changeAnswers, filterEvents, isError } from './alter-llm.ts';
import { REFERENCE_KEY } from './reference/reference-provider.ts';
import { ReferenceVLM } from './reference/reference-vlm.ts';

type Init = ConstructorParameters<typeof ReferenceVLM>[1];
type Options = Parameters<ReferenceVLM['simpleResponse']>[1];

class Good extends ReferenceVLM {
  constructor(provider: FakeChatServer, init: Init = {}) {
    super({ baseUrl: `${provider.url}/v1`, apiKey: REFERENCE_KEY }, init);
  }
}

class OldestLast extends Good {
  override get frames() {
    return super.frames.toReversed();
  }
}

class MissesFrames extends Good {
  override watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    return super.watchVideoTrack(rareAfterAWhile(track), shared);
  }
}

function rareAfterAWhile(track: VideoTrack): VideoTrack {
  return {
    id: track.id,
    async *frames(options): AsyncGenerator<VideoFrame> {
      for await (const frame of track.frames(options))
        if (frame.timestampMs < 1_500 || Math.round(frame.timestampMs) % 2_000 === 0) yield frame;
    },
  };
}

class StillsTwice extends Good {
  protected override messagesFor(options: NonNullable<Options>): readonly Message[] {
    return super
      .messagesFor(options)
      .map((message) =>
        this.frames.length === 1 && message.role === 'user' && typeof message.content !== 'string'
          ? { ...message, content: [...message.content, ...message.content.slice(1)] }
          : message,
      );
  }
}

class AlwaysShowsSomething extends Good {
  #watched = false;

  override watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    this.#watched = true;
    return super.watchVideoTrack(track, shared);
  }

  protected override messagesFor(options: NonNullable<Options>): readonly Message[] {
    const url = 'https://acme.example/nothing.png';
    return super.messagesFor(options).map((message) =>
      this.#watched || message.role !== 'user' || typeof message.content !== 'string'
        ? message
        : {
            ...message,
            content: [
              { type: 'text', text: message.content },
              { type: 'image', url },
            ],
          },
    );
  }
}

/** Shows what it sees with the first question too. */
class RepeatsPictures extends Good {
  protected override messagesFor(options: NonNullable<Options>): readonly Message[] {
    const messages = super.messagesFor(options);
    const images = this.frames.map(({ mimeType, data }) => ({
      type: 'image' as const,
      mimeType,
      data,
    }));
    return messages.map((message, index) =>
      index === 0 && messages.length > 1 && message.role === 'user'
        ? { ...message, content: [{ type: 'text', text: textOf(message) }, ...images] }
        : message,
    );
  }
}

class RemembersAfterwards extends Good {
  #seen: Good['frames'] = [];

  override get frames() {
    return this.#seen.length > 0 ? this.#seen : super.frames;
  }

  override async stopWatchingVideoTrack(): Promise<void> {
    const seen = super.frames;
    await super.stopWatchingVideoTrack();
    this.#seen = seen;
  }
}

class MixesTracks extends Good {
  #before: Good['frames'] = [];

  override get frames() {
    return [...this.#before, ...super.frames];
  }

  override async watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    this.#before = super.frames;
    await super.watchVideoTrack(track, shared);
  }
}

class StopsTheForwarder extends Good {
  #shared: VideoForwarder | undefined;

  override async watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    this.#shared = shared;
    await super.watchVideoTrack(track, shared);
  }

  override async stopWatchingVideoTrack(): Promise<void> {
    await super.stopWatchingVideoTrack();
    await this.#shared?.stop();
  }
}

/** Still takes frames from the forwarder before, for nothing. */
class StaysAtTheForwarder extends Good {
  #before: VideoForwarder | undefined;

  override async watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    await super.watchVideoTrack(track, shared);
    this.#before?.addFrameHandler(() => undefined);
    this.#before = shared;
  }
}

class WatchesOnAfterClosing extends Good {
  #track: VideoTrack | undefined;

  override async watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    this.#track = track;
    await super.watchVideoTrack(track, shared);
  }

  protected override async onClose(): Promise<void> {
    await this.#track?.frames()[Symbol.asyncIterator]().next();
  }
}

class EndsAtABadFrame extends Good {
  override watchVideoTrack(track: VideoTrack, shared?: VideoForwarder): Promise<void> {
    return super.watchVideoTrack(untilBad(track), shared);
  }
}

function untilBad(track: VideoTrack): VideoTrack {
  return {
    id: track.id,
    async *frames(options): AsyncGenerator<VideoFrame> {
      for await (const frame of track.frames(options)) {
        yield frame;
        if (frame.data.length < 2) return;
      }
    },
  };
}

/** Plugins with one fault each, by the rule that finds it. */
export const brokenVLMs: Readonly<Record<string, (provider: FakeChatServer) => VideoLLM>> = {
  'shows-what-it-watches': (provider) => new OldestLast(provider),
  'keeps-its-rate': (provider) => new MissesFrames(provider),
  'keeps-the-newest': (provider) =>
    Object.defineProperty(new Good(provider, { bufferSeconds: 20 }), 'maxFrames', { value: 10 }),
  'shows-a-still-once': (provider) => new StillsTwice(provider),
  'makes-pictures-small': (provider) =>
    new Good(provider, { jpeg: { maxWidth: 1_000, maxHeight: 1_000 } }),
  'answers-without-video': (provider) => new AlwaysShowsSomething(provider),
  'shows-each-question-its-own': (provider) => new RepeatsPictures(provider),
  'sees-after-an-interruption': (provider) => {
    const vlm = new Good(provider);
    return changeAnswers(vlm, async function* stopping(answer, { signal }) {
      yield* answer;
      if (signal?.aborted) await vlm.stopWatchingVideoTrack();
    });
  },
  'forgets-when-stopped': (provider) => new RemembersAfterwards(provider),
  'watches-one-track': (provider) => new MixesTracks(provider),
  'changes-forwarders': (provider) => new StaysAtTheForwarder(provider),
  'shares-a-forwarder': (provider) => new StopsTheForwarder(provider),
  'lets-go-when-closed': (provider) => new WatchesOnAfterClosing(provider),
  'survives-a-broken-track': (provider) =>
    filterEvents(
      new Good(provider),
      (event) => !isError(event, ({ message }) => message.includes('camera')),
    ),
  'survives-a-bad-frame': (provider) => new EndsAtABadFrame(provider),
};
