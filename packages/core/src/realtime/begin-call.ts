import { LinkedAbort } from '../connection/http/linked-abort.ts';
import { describeFailure, errorText } from '../functions/tool-result.ts';
import { runTools } from '../llm/hooks.ts';
import type { LLM } from '../llm/llm.ts';
import type { RealtimeEvent } from './realtime-event.ts';
import type { BegunCall, RealtimeTurn } from './realtime-turn.ts';

/**
 * Calls a function in the background. An interruption does not stop it, as what it does has begun, and the provider
 * waits for its result in any case; the provider may take it back.
 */
export function beginCall(
  llm: Pick<LLM, typeof runTools>,
  closed: AbortSignal,
  { id, name, arguments: text }: Extract<RealtimeEvent, { type: 'tool-call' }>,
  { made, participant }: RealtimeTurn,
): BegunCall {
  const call = { id, name, arguments: text };
  const abort = new LinkedAbort(closed);
  const run = async (): Promise<Awaited<BegunCall['result']>> => {
    try {
      const [result] = await llm[runTools]([call], { signal: abort.signal, made, participant });
      if (result) return result;
      throw new Error('nothing came of it');
    } catch (thrown) {
      const error = describeFailure(thrown);
      return { toolCallId: id, name, content: errorText(error), error };
    } finally {
      abort.release();
    }
  };
  return {
    call,
    result: run(),
    cancel: () => abort.abort(new Error(`${name} is not wanted any more`)),
  };
}
