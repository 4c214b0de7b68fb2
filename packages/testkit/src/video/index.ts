export { encodeMjpeg, MjpegTrack } from './mjpeg.ts';
export type { MjpegTrackOptions } from './mjpeg.ts';
export { numberedFrame } from './numbered-frame.ts';
export type { NumberedFrameOptions } from './numbered-frame.ts';
export { NumberedTrack } from './numbered-track.ts';
export type { NumberedTrackOptions } from './numbered-track.ts';
export { readFrameNumber, readImage } from './read-image.ts';
export type { NumberedImage } from './read-image.ts';
