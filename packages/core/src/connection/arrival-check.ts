import type { Clock, Timer } from '../clock.ts';
import type { OutgoingAudio } from './outgoing-audio.ts';

/** So often it is asked, at most, while audio goes out: what is less than this old when a socket is cut is in doubt. */
const ASK_EVERY_MS = 1_000;

export interface ArrivalCheckInit {
  clock: Clock;
  audio: OutgoingAudio;
  /** Asks the other side; `onAnswer` is called when it has read what was sent before the question. */
  ask(onAnswer: () => void): void;
}

/** Finds out what of the audio that went out over one socket has arrived, by one question at a time. */
export class ArrivalCheck {
  readonly #init: ArrivalCheckInit;
  #asking = false;
  #timer: Timer | undefined;

  constructor(init: ArrivalCheckInit) {
    this.#init = init;
  }

  /** Audio has left the socket: it is asked about soon. */
  audioLeft(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#timer = this.#init.clock.setTimeout(() => this.#ask(), ASK_EVERY_MS);
  }

  stop(): void {
    this.#asking = true;
    this.#timer?.cancel();
  }

  #ask(): void {
    const { audio } = this.#init;
    const { givenMs } = audio;
    this.#init.ask(() => {
      audio.arrived(givenMs);
      this.#asking = false;
      if (audio.underwayMs > 0) this.audioLeft();
    });
  }
}
