import { inSentences, type LLM, type PcmData, type TTS } from '@vision-agents/core';

/** Resolves when the audio was played, or is not wanted any more. */
export type Play = (pcm: PcmData) => Promise<void>;

/** Has an answer spoken while the model makes it, until somebody interrupts: then the model forgets what was not heard. */
export async function answerAloud(
  { llm, tts, play }: { llm: LLM; tts: TTS; play: Play },
  question: string,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const turnId = crypto.randomUUID();
  const pieces = async function* (): AsyncGenerator<string> {
    for await (const item of llm.simpleResponse(question, { turnId, signal })) {
      if (item.type === 'delta') yield item.delta;
    }
  };
  let heard = '';
  // A voice that takes text as it comes is given it so; for any other it is cut into sentences.
  for await (const text of tts.streaming ? [pieces()] : inSentences(pieces())) {
    const before = heard;
    for await (const chunk of tts.send(text, { turnId, signal })) {
      if (chunk.pcm) await play(chunk.pcm);
      if (signal.aborted) break;
      if (chunk.textRange) heard = before + chunk.text.slice(0, chunk.textRange.end);
      if (chunk.final) heard = before + chunk.text;
    }
  }
  if (signal.aborted) llm.conversation.cutTo(turnId, heard);
}
