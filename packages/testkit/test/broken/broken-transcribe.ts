import { ProviderError } from '@vision-agents/core';
import { COMPLAINT_STATUS } from '../reference/reference-http-provider.ts';
import type { AlterTranscribe } from '../reference/transcribe.ts';

/** Puts out also what has no text. */
export const emptyTexts: AlterTranscribe = (transcribe, stt) => async (utterance, options) => {
  const result = await transcribe(utterance, options);
  const { text } = result;
  if (text.trim() === '' && !stt.output.closed)
    stt.output.trySend({ type: 'transcript', mode: 'final', text, turnId: 'empty' });
  return result;
};

/** Takes any complaint of the provider to be for good. */
export const permanentErrors: AlterTranscribe = (transcribe, stt) => (utterance, options) =>
  transcribe(utterance, options).catch((cause: unknown) => {
    if (!ProviderError.isInstance(cause) || cause.status !== COMPLAINT_STATUS) throw cause;
    const { message } = cause;
    throw new ProviderError({ provider: stt.provider, kind: 'auth', message, cause });
  });

/** Never asks again once the engine has thrown. */
export const givesUpAtOnce: AlterTranscribe = (transcribe) => {
  let thrown = false;
  return async (utterance, options) => {
    if (thrown) return { text: '' };
    try {
      return await transcribe(utterance, options);
    } catch (error) {
      thrown = !(ProviderError.isInstance(error) && error.kind === 'protocol');
      throw error;
    }
  };
};

/** A lock that nobody asked for. */
export const oneAtATime: AlterTranscribe = (transcribe) => {
  let last: Promise<unknown> = Promise.resolve();
  return (utterance, options) => {
    const request = () => transcribe(utterance, options);
    const answer = last.then(request, request);
    last = answer;
    return answer;
  };
};
