import { ProbeFailure } from './finding.ts';
import { asObject, complaintOf, readJson, request } from './http.ts';
import type { ProbeContext } from './http.ts';

/** What no conversation can be had with, as far as names tell. */
const otherThings =
  /embed|rerank|whisper|transcri|tts|speech|audio|voice|realtime|\blive\b|image|dall-?e|diffusion|flux|sora|video|moderation|guard|safety|reward|\bocr\b|search|computer-use|deep-research|codex|turbo-instruct|babbage|davinci|\bbge\b|\bclip\b/i;

const MAX_ID_LENGTH = 200;

/**
 * The models that a server offers, without what it must not be asked to show.
 *
 * @throws ProbeFailure
 */
export async function listModels(context: ProbeContext): Promise<string[]> {
  const { target, signal } = context;
  const value = await readJson(await request(context, '/models'), signal);
  const data = asObject(value)?.['data'];
  if (!Array.isArray(data)) {
    const complaint = complaintOf(value);
    const detail =
      complaint === undefined ? 'JSON that is no list of models' : target.told(complaint);
    throw new ProbeFailure('absent', detail);
  }
  return data.flatMap((item: unknown) => {
    const id = asObject(item)?.['id'];
    const isUsable = typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH;
    return isUsable && target.told(id) === id ? [id] : [];
  });
}

/** The first that looks like one to talk to. */
export function chatModel(models: readonly string[]): string | undefined {
  return models.find((id) => !otherThings.test(id)) ?? models[0];
}

/** The first that looks like one to speak to, or undefined. */
export function realtimeModel(models: readonly string[]): string | undefined {
  return models.find((id) => /realtime/i.test(id) && !/transcri|whisper|translate/i.test(id));
}
