import { PcmData } from '../audio/index.ts';
import { describeValue } from '../describe-value.ts';
import type { Participant } from '../events/participant.ts';

/**
 * Whose voice a caller's audio is: the participant that was given, or else the audio's own.
 *
 * @param method what was called, for the message: `send()`
 * @throws TypeError for anything but `PcmData`, and for a participant without an id
 */
export function speakerOf(
  method: string,
  pcm: PcmData,
  participant: Participant | undefined,
): Participant | undefined {
  if (!PcmData.isPcmData(pcm)) {
    throw new TypeError(
      `${method} takes PcmData, got ${describeValue(pcm)}. Make it with PcmData.fromBytes()`,
    );
  }
  const speaker = participant ?? pcm.participant;
  if (speaker !== undefined && typeof speaker.id !== 'string')
    throw new TypeError(`A participant has an id, got ${describeValue(speaker)}`);
  return speaker;
}

/** What a speaker's state is kept by: their id, or nothing for a speaker who is not known. */
export function speakerKey(participant: Participant | undefined): string {
  return participant?.id ?? '';
}
