import { ProbeFailure } from './finding.ts';
import { asObject, complaintOf, parsed, readJson, refusal, request, textOf } from './http.ts';
import type { ProbeContext } from './http.ts';
import { openAI, providerAt } from './providers.ts';
import { eventData } from './server-sent-events.ts';

/** A model's answer, however it came. */
export interface ChatAnswer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** True when it ended because it may not say more: a model that thinks first can use it up. */
  readonly wasCut: boolean;
  /** False when it was asked to stream, and answered whole. */
  readonly streamed: boolean;
  /** Until the first piece, of a streamed answer. */
  readonly firstPieceMs: number;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: string;
}

export interface ChatQuestion {
  readonly model: string;
  readonly content: string | readonly object[];
  readonly maxTokens: number;
  readonly stream: boolean;
  readonly tools?: readonly object[] | undefined;
}

const MAX_STREAM_CHARACTERS = 1024 * 1024;

/**
 * Asks a model one question. The limit on its answer has two names: the newer one is OpenAI's own, and whoever
 * refuses the first is asked with the other.
 *
 * @throws ProbeFailure
 */
export async function ask(context: ProbeContext, question: ChatQuestion): Promise<ChatAnswer> {
  const [first, second] =
    providerAt(context.baseUrl) === openAI
      ? (['max_completion_tokens', 'max_tokens'] as const)
      : (['max_tokens', 'max_completion_tokens'] as const);
  try {
    return await askWith(context, question, first);
  } catch (error) {
    const isAboutLimit = error instanceof ProbeFailure && error.message.includes(first);
    if (!isAboutLimit) throw error;
    return askWith(context, question, second);
  }
}

async function askWith(
  context: ProbeContext,
  { model, content, maxTokens, stream, tools }: ChatQuestion,
  limit: string,
): Promise<ChatAnswer> {
  const startMs = performance.now();
  const response = await request(context, '/chat/completions', {
    model,
    messages: [{ role: 'user', content }],
    stream,
    [limit]: maxTokens,
    ...(tools === undefined ? {} : { tools }),
  });
  const isStream = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
  if (stream && isStream) return readStream(response, context, startMs);
  if (isStream) {
    await response.body?.cancel();
    throw new ProbeFailure('refused', 'streams also when it should not');
  }
  return readWhole(await readJson(response, context.signal), context);
}

function readWhole(value: unknown, { target }: ProbeContext): ChatAnswer {
  const [choice] = choicesOf(value);
  const message = asObject(choice?.['message']);
  if (message === undefined) throw noAnswer(value, target);
  return {
    text: textIn(message['content']),
    calls: listOf(message['tool_calls']).map((call) => {
      const details = asObject(call['function']);
      return { name: textIn(details?.['name']), arguments: textIn(details?.['arguments']) };
    }),
    wasCut: choice?.['finish_reason'] === 'length',
    streamed: false,
    firstPieceMs: 0,
  };
}

async function readStream(
  response: Response,
  { target, signal }: ProbeContext,
  startMs: number,
): Promise<ChatAnswer> {
  let text = '';
  let wasCut = false;
  let firstPieceMs: number | undefined;
  const calls = new Map<unknown, { name: string; arguments: string }>();
  let length = 0;
  for await (const data of eventData(textOf(response, signal))) {
    length += data.length;
    if (data === '[DONE]' || length > MAX_STREAM_CHARACTERS) break;
    const chunk = parsed(data);
    const [choice] = choicesOf(chunk);
    // Usage and the like come without a choice.
    if (choice === undefined) {
      if (complaintOf(chunk) !== undefined) throw noAnswer(chunk, target);
      continue;
    }
    firstPieceMs ??= performance.now() - startMs;
    const delta = asObject(choice['delta']);
    text += textIn(delta?.['content']);
    if (choice['finish_reason'] === 'length') wasCut = true;
    for (const piece of listOf(delta?.['tool_calls'])) {
      const index = piece['index'] ?? piece['id'];
      const call = calls.get(index) ?? { name: '', arguments: '' };
      const details = asObject(piece['function']);
      call.name += textIn(details?.['name']);
      call.arguments += textIn(details?.['arguments']);
      calls.set(index, call);
    }
  }
  if (firstPieceMs === undefined)
    throw new ProbeFailure('refused', 'a stream with no answer in it');
  return { text, calls: [...calls.values()], wasCut, streamed: true, firstPieceMs };
}

/** What is neither an answer nor refused by its status: some servers say 200 to everything. */
function noAnswer(value: unknown, target: ProbeContext['target']): ProbeFailure {
  const complaint = complaintOf(value);
  if (complaint === undefined) return new ProbeFailure('absent', 'JSON that is no chat completion');
  if (/unexpected endpoint|not found|unknown (?:path|route|url)/i.test(complaint))
    return new ProbeFailure('absent', target.told(complaint));
  return refusal(400, JSON.stringify({ error: complaint }), null, target);
}

function choicesOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return listOf(asObject(value)?.['choices']);
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => asObject(item)).filter((item) => item !== undefined);
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
