import { type Detection, type Processor, type WatchOptions } from '@vision-agents/core';
import type { VideoForwarder, VideoFrame, VideoTrack } from '@vision-agents/core/video';
import { good, hidesErrors, keepReading, replace } from './alter-processor.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

class WantsOneKind extends ReferenceProcessor {
  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    if (given[0].kind === 'rgba') throw new Error('only I420, please');
    await super.processVideo(...given);
  }
}

class DrawsInPlace extends ReferenceProcessor {
  protected override draw(frame: VideoFrame): VideoFrame {
    frame.data.fill(99, 0, 1);
    return frame;
  }

  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    await super.processVideo(...given);
    this.draw(given[0]);
  }
}

class KeepsFrames extends ReferenceProcessor {
  readonly #frames: Uint8Array[] = [];

  override async processVideo(
    ...given: Parameters<ReferenceProcessor['processVideo']>
  ): Promise<void> {
    this.#frames.push(given[0].data);
    await super.processVideo(...given);
  }
}

class TooSure extends ReferenceProcessor {
  protected override emitDetections(frame: VideoFrame, detections: readonly Detection[]): void {
    super.emitDetections(
      frame,
      detections.map((detection) => ({ ...detection, confidence: 90 })),
    );
  }
}

/** For each rule of a processor that watches, one that breaks just that. */
export const brokenVideo: Readonly<Record<string, () => Processor>> = {
  'keeps-its-rate': () => Object.defineProperty(good({ fps: 20 }), 'fps', { value: 10 }),
  'takes-the-newest': () => replace(good(), { skippedFrames: 0 }),
  'takes-any-frame': () => new WantsOneKind(testInput),
  'leaves-frames-alone': () => new DrawsInPlace(testInput),
  'holds-few-frames': () => new KeepsFrames(testInput),
  'survives-a-failing-frame': hidesErrors('this frame fails'),
  'survives-a-bad-frame': hidesErrors('bytes, got 1'),
  'detections-make-sense': () => new TooSure(testInput),
  'stops-when-told': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        watched = track;
        return processor.watchVideoTrack(track, options);
      },
      stopWatchingVideoTrack: async () => {
        await processor.stopWatchingVideoTrack();
        keepReading(watched, processor);
      },
    });
  },
  'watches-one-track': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    const watchVideoTrack = async (track: VideoTrack, options?: WatchOptions): Promise<void> => {
      keepReading(watched, processor);
      watched = track;
      await processor.watchVideoTrack(track, options);
    };
    return replace(processor, { watchVideoTrack });
  },
  'shares-a-forwarder': () => {
    const processor = good();
    let shared: VideoForwarder | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        shared = options?.sharedForwarder;
        return processor.watchVideoTrack(track, options);
      },
      stopWatchingVideoTrack: async () => {
        await processor.stopWatchingVideoTrack();
        await shared?.stop();
      },
    });
  },
  'stops-when-they-leave': () => {
    const processor = good();
    let watches = false;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        watches = true;
        return processor.watchVideoTrack(track, options);
      },
      participantLeft: (id: string) => {
        if (!watches) processor.participantLeft(id);
      },
    });
  },
  'lets-go-when-closed': () => {
    const processor = good();
    let watched: VideoTrack | undefined;
    return replace(processor, {
      watchVideoTrack: (track: VideoTrack, options?: WatchOptions) => {
        if (options?.participant) watched = track;
        return processor.watchVideoTrack(track, options);
      },
      close: async () => {
        await processor.close();
        keepReading(watched, processor);
      },
    });
  },
  'survives-a-broken-track': hidesErrors('the camera is gone'),
};
