import {
  ComponentErrorEvent,
  RealtimeDisconnectedEvent,
  Stream,
  type BaseEvent,
  type LLMResponse,
  type ProviderError,
  type Realtime,
  type RealtimeCodec,
  type RealtimeCommand,
  type RealtimeEvent,
  type RealtimeOutput,
  type RealtimeSession,
  type ResponseOptions,
  type SocketData,
} from '@vision-agents/core';
import { PcmData } from '@vision-agents/core/audio';
import { z } from 'zod';
import type { ReferenceRealtimeProvider } from './reference-realtime-provider.ts';
import {
  Message,
  options,
  REALTIME_KEY,
  ReferenceCodec,
  ReferenceRealtime,
  type ReferenceInput,
} from './reference-realtime.ts';

function inputOf({ url }: ReferenceRealtimeProvider): ReferenceInput {
  return { baseUrl: url, apiKey: REALTIME_KEY };
}

function good(provider: ReferenceRealtimeProvider): Realtime {
  return new ReferenceRealtime(inputOf(provider));
}

type Method = 'start' | 'interrupt' | 'simpleResponse' | 'simpleAudioResponse';

/** The same instance with something else in the place of a property, seen from outside. */
function substitute(realtime: Realtime, name: PropertyKey, value: unknown): Realtime {
  return new Proxy(realtime, {
    get: (target, key) => (key === name ? value : bound(target, key)),
  });
}

/** Replaces a method; the replacement is given the original. */
function replace<K extends Method>(
  realtime: Realtime,
  method: K,
  make: (original: Realtime[K]) => Realtime[K],
): Realtime {
  const replacement: unknown = Reflect.apply(make, undefined, [bound(realtime, method)]);
  return substitute(realtime, method, replacement);
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(realtime: Realtime, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(realtime, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(realtime) : value;
}

/** Changes what comes out. */
function mapOutput(
  realtime: Realtime,
  map: (item: RealtimeOutput) => RealtimeOutput | undefined,
): Realtime {
  const output = new Stream<RealtimeOutput>();
  void (async () => {
    for await (const item of realtime.output) {
      const changed = map(item);
      if (changed) output.trySend(changed);
    }
    output.close();
  })();
  return substitute(realtime, 'output', output);
}

type Answer = AsyncGenerator<LLMResponse, void, undefined>;

function mapAnswers(
  realtime: Realtime,
  map: (answer: () => Answer, options: ResponseOptions) => Answer,
): Realtime {
  return replace(
    realtime,
    'simpleResponse',
    (simpleResponse) =>
      (text, given = {}) =>
        map(() => simpleResponse(text, given), given),
  );
}

function filterEvents(realtime: Realtime, passes: (event: BaseEvent) => boolean): Realtime {
  const send = realtime.events.send.bind(realtime.events);
  realtime.events.send = (event) => {
    if (passes(event)) send(event);
  };
  return realtime;
}

function withoutErrors(realtime: Realtime, fits: (error: ProviderError) => boolean): Realtime {
  return filterEvents(
    realtime,
    (event) => !(event instanceof ComponentErrorEvent && fits(event.error)),
  );
}

/** Takes whatever comes for a message that says nothing. */
const Anything = z
  .looseObject({})
  .transform(() => ({ type: 'ready' as const, sessionId: '', resume: undefined }));

interface CodecChanges {
  /** Whether what it does not know is taken for an error of its own, which nobody is told of. */
  unknown?: boolean;
  session?: (session: RealtimeSession) => RealtimeSession;
  decode?: (event: RealtimeEvent) => RealtimeEvent;
  encode?: (command: RealtimeCommand) => RealtimeCommand | undefined;
}

/** A plugin whose codec does something else than it should. */
function withCodec(
  provider: ReferenceRealtimeProvider,
  { unknown, session, decode, encode }: CodecChanges,
): Realtime {
  const settings = options.resolve(inputOf(provider));
  class BrokenCodec extends ReferenceCodec {
    override open(given: RealtimeSession): ReturnType<ReferenceCodec['open']> {
      const spec = super.open(session ? session(given) : given);
      return unknown ? { ...spec, messages: Message.or(Anything) } : spec;
    }

    override decode(message: Parameters<ReferenceCodec['decode']>[0]): readonly RealtimeEvent[] {
      const events = super.decode(message);
      return decode ? events.map(decode) : events;
    }

    override encode(command: RealtimeCommand): readonly SocketData[] {
      const changed = encode ? encode(command) : command;
      return changed ? super.encode(changed) : [];
    }
  }
  class Broken extends ReferenceRealtime {
    protected override createCodec(): RealtimeCodec {
      return new BrokenCodec(settings);
    }
  }
  return new Broken(inputOf(provider));
}

/** For each rule a plugin that breaks just that one. */
export const brokenRealtime: Readonly<
  Record<string, (provider: ReferenceRealtimeProvider) => Realtime>
> = {
  'hears-what-is-said': (provider) =>
    mapOutput(good(provider), (item) =>
      item.type.startsWith('user-') ? Object.assign({}, item, { participant: undefined }) : item,
    ),
  'takes-any-input-format': (provider) =>
    replace(good(provider), 'simpleAudioResponse', (simpleAudioResponse) => (pcm, ...rest) => {
      const { samples, sampleRate } = pcm;
      simpleAudioResponse(pcm.channels === 1 ? pcm : new PcmData({ samples, sampleRate }), ...rest);
    }),
  'keeps-early-audio': (provider) => {
    const realtime = good(provider);
    return replace(realtime, 'simpleAudioResponse', (simpleAudioResponse) => (...given) => {
      if (realtime.started) simpleAudioResponse(...given);
    });
  },
  'speaks-its-answer': (provider) =>
    mapOutput(good(provider), (item) =>
      item.type === 'agent-transcript' && item.mode === 'final'
        ? { ...item, text: item.text.toUpperCase() }
        : item,
    ),
  'remembers-what-was-said': (provider) => {
    const realtime = good(provider);
    return mapOutput(realtime, (item) => {
      const calls = realtime.conversation.messages.some(({ role }) => role === 'tool');
      if (item.type === 'agent-speech-ended' && !item.interrupted && !calls)
        forgetSpoken(realtime, item.turnId);
      return item;
    });
  },
  'speaks-texts-too': (provider) => {
    const cut = new Set<string>();
    return mapOutput(good(provider), (item) => {
      const named = !/^[0-9a-f]{8}-/.test(item.turnId);
      if (item.type !== 'audio-output' || !named || cut.has(item.turnId)) return item;
      cut.add(item.turnId);
      return undefined;
    });
  },
  'one-at-a-time': (provider) => {
    const realtime = good(provider);
    let asked: { text: string; epoch: number } | undefined;
    return replace(realtime, 'simpleResponse', (simpleResponse) => (text, given) => {
      const { epoch } = realtime;
      const said = asked?.epoch === epoch ? asked.text : text;
      asked = { text: said, epoch };
      const answer = simpleResponse(said, given);
      return (async function* () {
        try {
          yield* answer;
        } finally {
          asked = undefined;
        }
      })();
    });
  },
  'interrupt-silences': (provider) =>
    replace(good(provider), 'interrupt', (interrupt) => async (given) => {
      await Promise.resolve();
      await interrupt(given);
    }),
  'interrupted-by-voice': (provider) =>
    withCodec(provider, {
      decode: (event) => {
        if (event.type === 'user-speech-started') return { ...event, interrupts: false };
        const interrupted = event.type === 'response-done' && event.outcome === 'interrupted';
        return interrupted ? { ...event, outcome: 'completed' } : event;
      },
    }),
  'forgets-what-was-not-heard': (provider) =>
    withCodec(provider, {
      encode: (command) =>
        command.type === 'interrupt' && command.active ? { ...command, heard: [] } : command,
    }),
  'interrupt-after-the-end': (provider) =>
    withCodec(provider, {
      encode: (command) =>
        command.type === 'interrupt' && !command.active ? { ...command, heard: [] } : command,
    }),
  'belongs-to-its-epoch': (provider) =>
    mapAnswers(good(provider), async function* (answer) {
      yield* answer();
    }),
  'interrupted-again-and-again': (provider) => {
    let interruptions = 0;
    const counting = replace(good(provider), 'interrupt', (interrupt) => (given) => {
      interruptions += 1;
      return interrupt(given);
    });
    return mapAnswers(counting, (answer) => {
      if (interruptions >= 3) throw new Error('worn out');
      return answer();
    });
  },
  'stops-when-nobody-reads': (provider) => {
    const realtime = good(provider);
    return replace(realtime, 'simpleResponse', (simpleResponse) => (text, given = {}) => {
      const { signal, ...rest } = given;
      return leaveRunning(simpleResponse(text, rest), signal);
    });
  },
  'calls-functions-when-spoken-to': (provider) => {
    const done = new Map<string, string>();
    return mapOutput(good(provider), (item) => {
      const turnId = done.get(item.turnId) ?? item.turnId;
      if (item.type === 'agent-speech-ended') done.set(item.turnId, crypto.randomUUID());
      return { ...item, turnId };
    });
  },
  'tells-late-results': (provider) =>
    withCodec(provider, {
      encode: (command) =>
        command.type === 'tool-results' && !command.respond ? undefined : command,
    }),
  'comes-to-an-end': (provider) =>
    withCodec(provider, {
      encode: (command) =>
        command.type === 'tool-results'
          ? {
              ...command,
              results: command.results.map((result) =>
                result.content.includes('no more functions')
                  ? { ...result, content: 'null' }
                  : result,
              ),
            }
          : command,
    }),
  'tells-of-its-sessions': (provider) =>
    filterEvents(good(provider), (event) => !(event instanceof RealtimeDisconnectedEvent)),
  'gives-up-in-time': (provider) =>
    new ReferenceRealtime(inputOf(provider), { connection: { connectTimeoutMs: 12_000 } }),
  'tells-that-the-key-is-wrong': (provider) =>
    withoutErrors(good(provider), ({ kind }) => kind === 'auth'),
  'waits-for-the-provider': (provider) => {
    const realtime = good(provider);
    return replace(realtime, 'start', (start) => async () => {
      if (realtime.started || realtime.closed) return start();
      const { promise, reject } = Promise.withResolvers<never>();
      const watching = realtime.events.on(ComponentErrorEvent, ({ error }) => reject(error));
      try {
        await Promise.race([start(), promise]);
      } finally {
        watching[Symbol.dispose]();
      }
    });
  },
  'reconnect-keeps-audio': (provider) => {
    const realtime = good(provider);
    return replace(realtime, 'simpleAudioResponse', (simpleAudioResponse) => (...given) => {
      if (!realtime.started || realtime.connected) simpleAudioResponse(...given);
    });
  },
  'remembers-after-a-cut': (provider) =>
    withCodec(provider, {
      session: (session) => ({ ...session, resume: undefined }),
      encode: (command) => (command.type === 'history' ? undefined : command),
    }),
  'fails-a-lost-answer': (provider) =>
    mapAnswers(good(provider), (answer) => {
      const items = answer();
      return (async function* () {
        try {
          yield* items;
        } catch (error) {
          if (!(error instanceof Error) || !('kind' in error) || error.kind !== 'network')
            throw error;
        }
      })();
    }),
  'fails-a-failed-answer': (provider) =>
    withCodec(provider, {
      decode: (event) =>
        event.type === 'response-done' ? { ...event, message: undefined } : event,
    }),
  'asks-again-after-a-cut': (provider) => {
    const realtime = good(provider);
    return mapAnswers(realtime, (answer) => {
      const items = answer();
      return (async function* () {
        let lost = false;
        using _watching = realtime.events.on(RealtimeDisconnectedEvent, ({ clean }) => {
          lost = !clean;
        });
        for await (const item of items) {
          if (lost) throw new Error('lost');
          yield item;
        }
      })();
    });
  },
  'survives-garbage': (provider) =>
    withoutErrors(good(provider), ({ kind }) => kind === 'protocol'),
  'ignores-the-unknown': (provider) =>
    withCodec(provider, {
      unknown: true,
    }),
  'survives-a-complaint': (provider) =>
    withoutErrors(good(provider), ({ kind }) => kind === 'rate-limit'),
};

function forgetSpoken(realtime: Realtime, turnId: string): void {
  const before = realtime.conversation.messages.length;
  if (before > 0) realtime.conversation.remove(turnId);
}

/** Reads an answer to its end, whoever leaves. */
function leaveRunning(answer: Answer, signal: AbortSignal | undefined): Answer {
  const items = new Stream<LLMResponse>();
  let failure: unknown;
  signal?.addEventListener('abort', () => items.close(), { once: true });
  let begun = false;
  const pump = async (): Promise<void> => {
    try {
      for await (const item of answer) if (!items.closed) items.trySend(item);
    } catch (error) {
      failure = error;
    }
    items.close();
  };
  return (async function* () {
    if (!begun) void pump();
    begun = true;
    yield* items;
    if (failure !== undefined && !signal?.aborted) throw failure;
  })();
}
