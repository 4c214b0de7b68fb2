import {
  type AudioTrack,
  type Participant,
  type PcmData,
  type Processor,
} from '@vision-agents/core';
import { good, hidesErrors, replace } from './alter-processor.ts';
import { ReferenceProcessor, testInput } from './reference-processor.ts';

class Deafens extends ReferenceProcessor {
  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    super.processAudio(...given);
    const { samples } = given[0];
    samples[0] = samples[0] === 1 ? 2 : 1;
  }
}

class RemembersSpeakers extends ReferenceProcessor {
  protected override onParticipantLeft(): void {}
}

class KeepsAudio extends ReferenceProcessor {
  readonly #audio: PcmData[] = [];

  override processAudio(
    ...given: Parameters<ReferenceProcessor['processAudio']>
  ): ReturnType<ReferenceProcessor['processAudio']> {
    this.#audio.push(given[0]);
    super.processAudio(...given);
  }
}

class NewAudioTracks extends ReferenceProcessor {
  override publishAudioTrack(): AudioTrack {
    return this.createAudioTrack();
  }
}

/** Is heard in another way. */
function sounding(change: (track: AudioTrack) => AudioTrack): ReferenceProcessor {
  class SoundsOtherwise extends ReferenceProcessor {
    #track: AudioTrack | undefined;

    override publishAudioTrack(): AudioTrack {
      this.#track ??= change(super.publishAudioTrack());
      return this.#track;
    }
  }
  return new SoundsOtherwise(testInput);
}

async function* soundEndlessly(track: AudioTrack, signal: AbortSignal | undefined) {
  yield* track.audio({ signal });
  await new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve());
  });
}

/** For each rule of a processor that listens or is heard, one that breaks just that. */
export const brokenAudio: Readonly<Record<string, () => Processor>> = {
  'hears-every-speaker': () => {
    const processor = good();
    let first: Participant | undefined;
    const send = (pcm: PcmData, participant?: Participant): void => {
      first ??= participant;
      processor.send(pcm, participant && first);
    };
    return replace(processor, { send });
  },
  'leaves-audio-alone': () => new Deafens(testInput),
  'never-blocks': () => {
    const processor = good();
    const send = async (pcm: PcmData, participant?: Participant): Promise<void> =>
      processor.send(pcm, participant);
    return replace(processor, { send });
  },
  'survives-failing-audio': hidesErrors('this audio fails'),
  'forgets-who-left': () => new RemembersSpeakers(testInput),
  'holds-little-audio': () => new KeepsAudio(testInput),
  'publishes-one-audio-track': () => new NewAudioTracks(testInput),
  'keeps-its-format': () =>
    sounding((track) => ({
      id: track.id,
      format: { ...track.format, sampleRate: 8_000 },
      audio: (options) => track.audio(options),
    })),
  'ends-its-audio': () =>
    sounding((track) => ({
      id: track.id,
      format: track.format,
      audio: ({ signal } = {}) => soundEndlessly(track, signal),
    })),
};
