export { drawBoxes } from './draw-boxes.ts';
export type { Box } from './draw-boxes.ts';
export { FrameBuffer } from './frame-buffer.ts';
export type { FrameBufferOptions } from './frame-buffer.ts';
export type { FrameHandler } from './frame-lane.ts';
export { i420Layout } from './i420-layout.ts';
export type { I420Layout } from './i420-layout.ts';
export { JpegEncoder } from './jpeg-encoder.ts';
export type { JpegOptions } from './jpeg-encoder.ts';
export { VideoForwarder } from './video-forwarder.ts';
export type {
  FrameHandlerId,
  FrameHandlerOptions,
  VideoForwarderOptions,
} from './video-forwarder.ts';
export { checkVideoFrame } from './video-frame.ts';
export type { EncodedFrame, VideoFrame } from './video-frame.ts';
export type { VideoTrack } from './video-track.ts';
