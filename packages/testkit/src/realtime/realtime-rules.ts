import type { Rule } from '../contract/rule.ts';
import type { RealtimeFake } from '../fake/index.ts';
import { textLLMRules } from '../llm/llm-rules.ts';
import { videoRules } from '../vlm/vlm-rules.ts';
import { RealtimeBench, type RealtimeSubject } from './realtime-bench.ts';
import { callingRules } from './rules/calling.ts';
import { interruptingRules } from './rules/interrupting.ts';
import { sessionRules } from './rules/sessions.ts';
import { talkingRules } from './rules/talking.ts';

/** What is true of a model that is asked anew for each answer, and not of one that keeps a session, or has one voice. */
const notOfSessions: ReadonlySet<string> = new Set([
  'answers-at-once',
  'answers-at-last',
  'cancels-the-request',
  'forgets-interrupted-answers',
  'stops-functions',
  'notices-an-error',
  'notices-a-cut',
  'notices-a-missing-end',
  'survives-garbage',
  'reports-a-refusal',
  'gives-up-on-a-wrong-key',
]);

/** What is true of frames that are kept until they are asked for, and not of those that are sent as they come; or is asked elsewhere. */
const notOfLiveVideo: ReadonlySet<string> = new Set([
  'keeps-the-newest',
  'forgets-when-stopped',
  'watches-one-track',
  'shows-each-question-its-own',
  'sees-after-an-interruption',
]);

/** What a speech-to-speech model keeps to by itself. */
export const speechToSpeechRules: readonly Rule<RealtimeBench>[] = [
  ...talkingRules,
  ...interruptingRules,
  ...callingRules,
  ...sessionRules,
];

/** What it has in common with every language model. */
export const sharedRealtimeRules: readonly Rule<RealtimeBench>[] = textLLMRules.filter(
  ({ id }) => !notOfSessions.has(id),
);

/** What it has in common with every model that sees. */
export const liveVideoRules: readonly Rule<RealtimeBench>[] = videoRules.filter(
  ({ id }) => !notOfLiveVideo.has(id),
);

/** What a speech-to-speech plugin keeps to: all there is. */
export const realtimeRules: readonly Rule<RealtimeBench>[] = [
  ...speechToSpeechRules,
  ...sharedRealtimeRules,
  ...liveVideoRules,
];

/** The rules for a plugin, by whether its model can see. */
export function realtimeRulesFor({
  video = true,
}: Pick<RealtimeSubject, 'video'>): readonly Rule<RealtimeBench>[] {
  return video ? realtimeRules : [...speechToSpeechRules, ...sharedRealtimeRules];
}

/** Runs one rule against a fresh provider, and leaves nothing open. */
export async function runRealtimeRule<Provider extends RealtimeFake>(
  rule: Rule<RealtimeBench>,
  subject: RealtimeSubject<Provider>,
): Promise<void> {
  const { provider, imageBounds } = subject;
  await provider.start();
  const create = (): ReturnType<typeof subject.create> => subject.create(provider);
  const bench = new RealtimeBench({ provider, create, imageBounds });
  try {
    await rule.run(bench);
  } finally {
    await bench.cleanUp();
    await provider.stop();
  }
}
