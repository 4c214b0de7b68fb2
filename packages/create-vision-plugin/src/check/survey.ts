import type { Answer, Finding, ProbeName } from './finding.ts';
import { ProbeFailure } from './finding.ts';
import type { ProbeContext } from './http.ts';
import { chatModel, listModels, realtimeModel } from './models.ts';
import { otherBaseUrl } from './providers.ts';
import { callTool, greet, see, spoken } from './questions.ts';
import { openSession } from './realtime.ts';
import type { Target } from './target.ts';

/** All that a check found out. */
export interface Survey {
  /** Where the protocol is spoken, which may be below the address that was given. */
  readonly baseUrl: string;
  /** The model that was asked. */
  readonly model: string | undefined;
  readonly realtimeModel: string | undefined;
  readonly findings: readonly Finding[];
}

/** The check as a whole takes no longer than so many probes that use up their time. */
const MAX_SLOW_PROBES = 4;

/** For servers that serve one model, whatever it is called. */
const ANY_MODEL = 'default';

const endpoints: Readonly<Record<ProbeName, string>> = {
  models: 'GET /models',
  chat: 'POST /chat/completions',
  streaming: 'POST /chat/completions, streamed',
  tools: 'POST /chat/completions, with a tool',
  images: 'POST /chat/completions, with an image',
  realtime: 'WebSocket /realtime',
};

/**
 * Tries one thing after the other, and leaves out what can't succeed any more.
 *
 * @param signal ends the check, by throwing its reason
 * @param log told of each probe before it starts
 */
export async function survey(
  target: Target,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Survey> {
  const end = AbortSignal.timeout(target.timeoutMs * MAX_SLOW_PROBES);
  const findings = new Map<ProbeName, Finding>();
  let { baseUrl } = target;

  const attempt = async (
    probe: ProbeName,
    url: string,
    body: (context: ProbeContext) => Promise<Answer>,
  ): Promise<Finding> => {
    log(`${endpoints[probe]}${url === target.baseUrl ? '' : ` at ${url}`}`);
    const finding = await timed(probe, target, [signal, end], (probeSignal) =>
      body({ target, baseUrl: url, signal: probeSignal }),
    );
    findings.set(probe, finding);
    return finding;
  };
  const leaveOut = (detail: string, ...names: readonly ProbeName[]): void => {
    for (const probe of names) findings.set(probe, { probe, status: 'not-tried', detail });
  };

  let models: string[] = [];
  const list = async (context: ProbeContext): Promise<Answer> => {
    models = await listModels(context);
    return models.length === 0
      ? { status: 'unclear', detail: 'no models' }
      : { status: 'yes', detail: models.length === 1 ? '1 model' : `${models.length} models` };
  };
  const other = otherBaseUrl(baseUrl);
  const listed = await attempt('models', baseUrl, list);
  if (isOutOfReach(listed)) {
    leaveOut('', 'chat', 'streaming', 'tools', 'images', 'realtime');
    return { baseUrl, model: target.model, realtimeModel: undefined, findings: ordered(findings) };
  }
  if (listed.reason === 'absent' && other !== undefined) {
    const elsewhere = await attempt('models', other, list);
    if (elsewhere.reason === 'absent' || elsewhere.reason === 'redirect')
      findings.set('models', listed);
    else baseUrl = other;
  }

  const model = target.model ?? chatModel(models);
  const manner = { model: model ?? ANY_MODEL, stream: false };
  const plainly = (context: ProbeContext): Promise<Answer> => greet(context, manner);
  let chat = await attempt('chat', baseUrl, plainly);
  if (chat.reason === 'absent' && other !== undefined && other !== baseUrl) {
    const elsewhere = await attempt('chat', other, plainly);
    if (elsewhere.reason === 'absent' || elsewhere.reason === 'redirect')
      findings.set('chat', chat);
    else [chat, baseUrl] = [elsewhere, other];
  }
  if (isFinal(chat)) {
    leaveOut('', 'streaming', 'tools', 'images');
  } else {
    const streaming = await attempt('streaming', baseUrl, (context) =>
      greet(context, { ...manner, stream: true }),
    );
    const stream = streaming.status === 'yes';
    if (!stream && chat.status !== 'yes') {
      leaveOut('', 'tools', 'images');
    } else {
      const asked = { ...manner, stream };
      await attempt('tools', baseUrl, (context) => callTool(context, asked));
      await attempt('images', baseUrl, (context) => see(context, asked));
    }
  }
  const speaker = target.model ?? realtimeModel(models) ?? model;
  await attempt('realtime', baseUrl, (context) => openSession(context, speaker));
  return { baseUrl, model, realtimeModel: speaker, findings: ordered(findings) };
}

function ordered(findings: ReadonlyMap<ProbeName, Finding>): Finding[] {
  return Object.keys(endpoints).flatMap(
    (probe) => [...findings.values()].find((finding) => finding.probe === probe) ?? [],
  );
}

/** Nothing else will be answered either. */
function isOutOfReach({ reason }: Finding): boolean {
  return reason === 'unreachable' || reason === 'tls' || reason === 'redirect';
}

/** No other question would be answered: not because of what was asked, nor of how. */
function isFinal({ reason }: Finding): boolean {
  return (
    reason !== undefined &&
    ['unreachable', 'tls', 'redirect', 'timeout', 'key', 'absent', 'model', 'busy'].includes(reason)
  );
}

/** Runs a probe within its time and that of the check. */
async function timed(
  probe: ProbeName,
  { timeoutMs }: Target,
  [interrupt, end]: readonly [AbortSignal, AbortSignal],
  body: (signal: AbortSignal) => Promise<Answer>,
): Promise<Finding> {
  interrupt.throwIfAborted();
  const startMs = performance.now();
  const deadline = AbortSignal.timeout(timeoutMs);
  const duration = (): number => Math.round(performance.now() - startMs);
  try {
    end.throwIfAborted();
    const { status, detail } = await body(AbortSignal.any([interrupt, deadline, end]));
    return { probe, status, detail, durationMs: duration() };
  } catch (error) {
    interrupt.throwIfAborted();
    if (end.aborted) return failed(probe, 'timeout', 'the check has taken long enough', duration());
    if (deadline.aborted)
      return failed(probe, 'timeout', `no answer within ${spoken(timeoutMs)}`, duration());
    if (!(error instanceof ProbeFailure)) throw error;
    return failed(probe, error.reason, error.message, duration());
  }
}

function failed(
  probe: ProbeName,
  reason: NonNullable<Finding['reason']>,
  detail: string,
  durationMs: number,
): Finding {
  const unclear = reason === 'timeout' || reason === 'busy' || reason === 'broken';
  return { probe, status: unclear ? 'unclear' : 'no', detail, reason, durationMs };
}
