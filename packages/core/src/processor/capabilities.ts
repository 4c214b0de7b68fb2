import type { AudioTrack, PcmData } from '../audio/index.ts';
import { Component } from '../component/component.ts';
import type { Participant } from '../events/participant.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';
import type { Processor } from './processor.ts';

/** What a processor implements that listens. */
export interface AudioProcessor {
  /**
   * Takes audio in the processor's `inputFormat`, of one speaker, in order and without a gap; the next of this speaker
   * comes when the promise is settled. What it throws becomes an error event, and the next audio is processed.
   */
  processAudio(
    pcm: PcmData,
    participant: Participant | undefined,
    options: { signal: AbortSignal },
  ): Promise<void> | void;
}

/** What a processor implements that watches. */
export interface VideoProcessor {
  /**
   * Takes a frame of the track that is watched, `fps` times a second; the next one comes when the promise is settled,
   * and is then the newest there is. What it throws becomes an error event, and the next frame is processed.
   *
   * What it returns is what the published track shows from then on, unless that is drawn.
   *
   * @param participant whose video it is
   * @param options.signal aborted when another track is watched, or none, and when the frame takes too long
   */
  processVideo(
    frame: VideoFrame,
    participant: Participant | undefined,
    options: { signal: AbortSignal },
  ): Promise<VideoFrame | void> | VideoFrame | void;
  /** There is no video any more: forget what was seen. The next frame may come of another track. */
  stopProcessing?(): Promise<void> | void;
}

/** What a processor implements that is heard in the call. */
export interface AudioPublisher {
  /** Always the same track, as `createAudioTrack()` makes it. */
  publishAudioTrack(): AudioTrack;
}

/** What a processor implements that is seen in the call. */
export interface VideoPublisher {
  /** Always the same track, as `createVideoTrack()` makes it. */
  publishVideoTrack(): VideoTrack;
}

/** True also for processors of another copy of core. */
export function isProcessor(value: unknown): value is Processor {
  return Component.isComponent(value) && value.category === 'processor';
}

/** Capabilities are told by what there is, since the interfaces combine. */
export function isAudioProcessor(value: unknown): value is Processor & AudioProcessor {
  return can(value, 'processAudio');
}

export function isVideoProcessor(value: unknown): value is Processor & VideoProcessor {
  return can(value, 'processVideo');
}

export function isAudioPublisher(value: unknown): value is Processor & AudioPublisher {
  return can(value, 'publishAudioTrack');
}

export function isVideoPublisher(value: unknown): value is Processor & VideoPublisher {
  return can(value, 'publishVideoTrack');
}

function can(value: unknown, method: string): boolean {
  return isProcessor(value) && typeof Reflect.get(value, method) === 'function';
}
