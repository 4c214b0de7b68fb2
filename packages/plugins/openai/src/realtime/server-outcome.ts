import type { RealtimeEvent } from '@vision-agents/core';
import { kindOf } from '../failure.ts';
import type { ServerEvent } from './server-event.ts';

type ErrorDetails = Extract<ServerEvent, { type: 'error' }>['error'];

/** What the server answers where the client was only late: the response has ended by itself meanwhile. */
const harmless: ReadonlySet<string> = new Set(['response_cancel_not_active']);

/** How a response has ended. */
export function responseDone({
  response,
}: Extract<ServerEvent, { type: 'response.done' }>): RealtimeEvent {
  const { id: responseId, status, status_details: details, usage } = response;
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {};
  const { error } = details ?? {};
  return {
    type: 'response-done',
    responseId,
    outcome: outcomeOf(status, details?.reason),
    kind: error ? (kindOf(error) ?? 'network') : undefined,
    message:
      error?.message ??
      error?.code ??
      (details?.reason === 'content_filter' ? 'a content filter has ended the answer' : undefined),
    usage: usage && {
      inputTokens: inputTokens ?? undefined,
      outputTokens: outputTokens ?? undefined,
    },
  };
}

/** An answer that has become too long is complete as far as it goes. */
function outcomeOf(
  status: string | null | undefined,
  reason: string | null | undefined,
): 'completed' | 'interrupted' | 'failed' {
  if (status === 'cancelled') return 'interrupted';
  return status === 'failed' || reason === 'content_filter' ? 'failed' : 'completed';
}

/** @param options.accepted whether the session was accepted: before that, what is wrong with it is wrong for good */
export function serverError(
  error: ErrorDetails,
  { accepted }: { accepted: boolean },
): RealtimeEvent[] {
  const { message, type, code, event_id: requestId } = error;
  if (code && harmless.has(code)) return [];
  const said = message ?? code ?? type ?? 'an error that says nothing';
  return [
    {
      type: 'error',
      kind: kindOf(error) ?? (accepted ? 'protocol' : 'unsupported'),
      message: said,
      requestId,
    },
  ];
}
