export type { AgentHandle } from './agent-handle.ts';
export {
  isAudioProcessor,
  isAudioPublisher,
  isProcessor,
  isVideoProcessor,
  isVideoPublisher,
} from './capabilities.ts';
export type {
  AudioProcessor,
  AudioPublisher,
  VideoProcessor,
  VideoPublisher,
} from './capabilities.ts';
export { Processor } from './processor.ts';
export type { ProcessorInit } from './processor.ts';
export { ProcessorErrorEvent, VideoProcessorDetectionEvent } from './processor-events.ts';
export type { Detection } from './processor-events.ts';
export type { WritableAudioTrack } from './published-audio-track.ts';
export type { WatchOptions } from './video-work.ts';
