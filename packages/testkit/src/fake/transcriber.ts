import type { PcmData, AudioFormat } from '@vision-agents/core/audio';
import type { Changes } from '../contract/changes.ts';
import { recordings as allRecordings, type SpeechRecording } from '../speech/index.ts';
import { ReceivedAudio } from './received-audio.ts';
import { recogniseUtterance } from './recognise-utterance.ts';

/** What a provider that is asked for one utterance at a time answers. */
export type TranscriptionAnswer =
  | { type: 'text'; text: string }
  | { type: 'error'; message: string };

/**
 * A provider's ear for single utterances. It is honest: the text is what is heard in the audio, unless a test has
 * said what the next answer is.
 */
export class Transcriber {
  readonly #format: AudioFormat;
  readonly #recordings: readonly SpeechRecording[];
  readonly #audio: ReceivedAudio;
  readonly #heard: string[] = [];
  #scripted: TranscriptionAnswer[] = [];

  constructor(init: {
    format: AudioFormat;
    changes: Changes;
    recordings?: readonly SpeechRecording[] | undefined;
  }) {
    this.#format = init.format;
    this.#recordings = init.recordings ?? Object.values(allRecordings);
    this.#audio = new ReceivedAudio(init);
  }

  get audio(): ReceivedAudio {
    return this.#audio;
  }

  get heard(): readonly string[] {
    return this.#heard;
  }

  /** Forgets what was heard and said. */
  reset(): void {
    this.#audio.reset();
    this.#heard.length = 0;
    this.#scripted = [];
  }

  /** What the next answer is, whatever is heard. */
  script(answer: TranscriptionAnswer): void {
    this.#scripted.push(answer);
  }

  /** Listens to an utterance of the provider's rate. @throws TypeError when it has another */
  transcribe(utterance: PcmData): TranscriptionAnswer {
    const format = this.#format;
    const pcm = format.format === 's16' ? utterance.toInt16() : utterance.toFloat32();
    const events = recogniseUtterance(pcm, { format, recordings: this.#recordings });
    this.#audio.put(pcm);
    for (const event of events) if (event.type === 'word') this.#heard.push(event.word.text);
    const sentences = events.flatMap((event) =>
      event.type === 'sentence-ended' ? [event.text] : [],
    );
    return this.#scripted.shift() ?? { type: 'text', text: sentences.join(' ') };
  }
}
