import { Stream, type Processor } from '@vision-agents/core';
import { type VideoFrame, type VideoTrack } from '@vision-agents/core/video';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

class NewTracks extends ReferenceProcessor {
  override publishVideoTrack(): VideoTrack {
    return this.createVideoTrack({ draw: (frame) => this.draw(frame) });
  }
}

type Show = (track: VideoTrack, signal: AbortSignal | undefined) => AsyncGenerator<VideoFrame>;

/** Shows what it shows in another way. */
function showing(show: Show): ReferenceProcessor {
  class ShowsOtherwise extends ReferenceProcessor {
    #track: VideoTrack | undefined;

    override publishVideoTrack(): VideoTrack {
      const track = super.publishVideoTrack();
      this.#track ??= { id: track.id, frames: ({ signal } = {}) => show(track, signal) };
      return this.#track;
    }
  }
  return new ShowsOtherwise(testInput);
}

async function* everySecond(track: VideoTrack, signal: AbortSignal | undefined) {
  let index = 0;
  for await (const frame of track.frames({ signal })) {
    index += 1;
    if (index % 2 === 0) yield frame;
  }
}

async function* keepingAll(track: VideoTrack, signal: AbortSignal | undefined) {
  const all = new Stream<VideoFrame>();
  void (async () => {
    for await (const frame of track.frames({ signal })) all.trySend(frame);
    all.close();
  })();
  yield* all;
}

async function* endlessly(track: VideoTrack, signal: AbortSignal | undefined) {
  yield* track.frames({ signal });
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve());
  });
}

async function* ofOneSource(track: VideoTrack, signal: AbortSignal | undefined) {
  let lastMs = 0;
  let ended = false;
  for await (const frame of track.frames({ signal })) {
    // The times of another source begin anew.
    ended ||= frame.timestampMs < lastMs;
    lastMs = frame.timestampMs;
    if (!ended) yield frame;
  }
}

class ShowsTheFirst extends ReferenceProcessor {
  #first: VideoFrame | undefined;

  protected override draw(frame: VideoFrame): VideoFrame {
    this.#first ??= super.draw(frame);
    return { ...this.#first, timestampMs: frame.timestampMs };
  }
}

/** For each rule of a processor that is seen, one that breaks just that. */
export const brokenPublishedVideo: Readonly<Record<string, () => Processor>> = {
  'publishes-one-track': () => new NewTracks(testInput),
  'keeps-the-source-rate': () => showing(everySecond),
  'shows-the-newest': () => new ShowsTheFirst(testInput),
  'waits-for-no-viewer': () => showing(keepingAll),
  'goes-on-with-another-source': () => showing(ofOneSource),
  'ends-its-video': () => showing(endlessly),
};
