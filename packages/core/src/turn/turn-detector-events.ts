import { ComponentErrorEvent } from '../component/component-error-event.ts';

/** Something went wrong with turn detection. */
export class TurnDetectorErrorEvent extends ComponentErrorEvent {
  static override readonly type = 'plugin.turn_detection_error';
}
