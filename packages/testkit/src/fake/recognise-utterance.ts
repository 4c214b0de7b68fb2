import type { AudioFormat, PcmData } from '@vision-agents/core/audio';
import { createHash } from 'node:crypto';
import { HonestRecogniser, type RecognisedEvent, type SpeechRecording } from '../speech/index.ts';

/** A suite says the same few sentences over and over. */
const MAX_KNOWN = 200;

const known = new Map<string, readonly RecognisedEvent[]>();

/** What is heard in an utterance that is complete. The same sound is listened to once. */
export function recogniseUtterance(
  pcm: PcmData,
  options: { format: AudioFormat; recordings: readonly SpeechRecording[] },
): readonly RecognisedEvent[] {
  const { format, recordings } = options;
  const key = createHash('sha1')
    .update(JSON.stringify([format, recordings.map(({ speaker }) => speaker)]))
    .update(pcm.toBytes())
    .digest('base64');
  const events = known.get(key) ?? recognise(pcm, options);
  known.delete(key);
  known.set(key, events);
  const [oldest] = known.keys();
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
  return events;
}

function recognise(
  pcm: PcmData,
  options: { format: AudioFormat; recordings: readonly SpeechRecording[] },
): readonly RecognisedEvent[] {
  const recogniser = new HonestRecogniser(options);
  return [...recogniser.push(pcm), ...recogniser.flush()];
}
