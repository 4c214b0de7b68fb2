export type { FrameHandler } from './frame-lane.ts';
export { i420Layout } from './i420-layout.ts';
export type { I420Layout } from './i420-layout.ts';
export { VideoForwarder } from './video-forwarder.ts';
export type {
  FrameHandlerId,
  FrameHandlerOptions,
  VideoForwarderOptions,
} from './video-forwarder.ts';
export { checkVideoFrame } from './video-frame.ts';
export type { EncodedFrame, VideoFrame } from './video-frame.ts';
export type { VideoTrack } from './video-track.ts';
