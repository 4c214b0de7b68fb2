export { TurnDetector } from './turn-detector.ts';
export type {
  SpeakerState,
  TurnContext,
  TurnDetectorInit,
  TurnDetectorSettings,
} from './turn-detector-init.ts';
export { TurnDetectorErrorEvent } from './turn-detector-events.ts';
