import {
  ComponentErrorEvent,
  ProviderError,
  TTSConnectedEvent,
  TTSDisconnectedEvent,
  TTSErrorEvent,
  TTSSynthesisCompleteEvent,
  type SpeechStream,
  type TTS,
  type TTSOutputChunk,
} from '@vision-agents/core';
import { WebSocket } from 'ws';
import { TTS_KEY } from './reference-http.ts';
import { ReferenceSocketTTS, type ReferenceTTSProvider } from './reference-socket.ts';

type Input = NonNullable<ConstructorParameters<typeof ReferenceSocketTTS>[0]>;
type Speech = AsyncIterableIterator<TTSOutputChunk, undefined>;

function inputOf(provider: ReferenceTTSProvider): Input {
  return { baseUrl: provider.url, apiKey: TTS_KEY };
}

function good(provider: ReferenceTTSProvider): TTS {
  return new ReferenceSocketTTS(inputOf(provider));
}

/** The same instance with another method, seen from outside; the replacement is given the original. */
function replace<K extends 'start' | 'close' | 'send' | 'interrupt' | 'setOutputFormat'>(
  tts: TTS,
  method: K,
  make: (original: TTS[K]) => TTS[K],
): TTS {
  const replacement: unknown = Reflect.apply(make, undefined, [bound(tts, method)]);
  return new Proxy(tts, {
    get: (target, name) => (name === method ? replacement : bound(target, name)),
  });
}

/** Methods keep their instance, as its private fields are no proxy's; the class is no method. */
function bound(tts: TTS, name: PropertyKey): unknown {
  const value: unknown = Reflect.get(tts, name);
  return typeof value === 'function' && name !== 'constructor' ? value.bind(tts) : value;
}

/** Changes the chunks of every speech. */
function mapChunks(tts: TTS, map: (chunk: TTSOutputChunk) => TTSOutputChunk | undefined): TTS {
  return mapSpeech(tts, async function* (speech) {
    for await (const chunk of speech) {
      const changed = map(chunk);
      if (changed) yield changed;
    }
    return undefined;
  });
}

function mapSpeech(tts: TTS, map: (speech: Speech) => Speech): TTS {
  return replace(tts, 'send', (send) => (text, options) => map(send(text, options)));
}

/** Ends speech as if it were whole where it breaks off with such an error. */
function swallow(tts: TTS, kind: ProviderError['kind']): TTS {
  return mapSpeech(tts, async function* (speech) {
    try {
      yield* speech;
    } catch (error) {
      if (!ProviderError.isInstance(error) || error.kind !== kind) throw error;
    }
    return undefined;
  });
}

class ReadsEnvironmentLate extends ReferenceSocketTTS {
  protected override openStream(
    speech: SpeechStream,
  ): ReturnType<ReferenceSocketTTS['openStream']> {
    const apiKey = process.env.REFERENCE_API_KEY ?? TTS_KEY;
    return { ...super.openStream(speech), headers: { authorization: `Bearer ${apiKey}` } };
  }
}

class VagueAboutTheKey extends ReferenceSocketTTS {
  constructor(input: Input = {}) {
    if (input.apiKey === undefined) throw new Error('Invalid credentials');
    super(input);
  }
}

class TakesAnyOption extends ReferenceSocketTTS {
  constructor({ apiKey, baseUrl }: Input = {}) {
    super({ apiKey, baseUrl });
  }
}

class ShowsItsKey extends ReferenceSocketTTS {
  readonly key: string | undefined;

  constructor(input: Input = {}) {
    super(input);
    this.key = input.apiKey;
  }
}

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A connection that nobody asked for; closed when it is there. */
function connectAgain({ url }: ReferenceTTSProvider): void {
  const headers = { authorization: `Bearer ${TTS_KEY}` };
  const socket = new WebSocket(`${url}/speak`, { headers });
  socket.on('error', () => undefined).on('open', () => socket.close());
}

/** For each rule a plugin that breaks just that one. */
export const brokenTTS: Readonly<Record<string, (provider: ReferenceTTSProvider) => TTS>> = {
  'starts-once': (provider) => {
    let starts = 0;
    const tts = good(provider);
    return replace(tts, 'start', (start) => async () => {
      starts += 1;
      if (starts > 1 && !tts.started) throw new Error('already starting');
      await start();
    });
  },
  'closes-once': (provider) => {
    let closes = 0;
    return replace(good(provider), 'close', (close) => async () => {
      closes += 1;
      await close();
      if (closes > 1) throw new Error('already closed');
    });
  },
  'stays-closed': (provider) => {
    const tts = good(provider);
    return replace(tts, 'start', (start) => async () => {
      if (!tts.closed) await start();
    });
  },
  'close-ends-speech': (provider) => {
    const tts = good(provider);
    return mapSpeech(tts, async function* (speech) {
      let chunks = 0;
      for await (const chunk of speech) {
        chunks += 1;
        yield chunk;
      }
      if (tts.closed && chunks > 0) throw new Error('closed');
      return undefined;
    });
  },
  'closes-while-connecting': (provider) => {
    const tts = good(provider);
    let sent = false;
    let answered = false;
    tts.events.on(TTSConnectedEvent, () => void (answered = true));
    tts.events.on(ComponentErrorEvent, () => void (answered = true));
    const noting = mapSpeech(tts, (speech) => {
      sent = true;
      return speech;
    });
    return replace(noting, 'close', (close) => async () => {
      if (sent && !answered) await wait(4_000);
      await close();
    });
  },
  'quiet-after-close': (provider) => {
    const tts = good(provider);
    return replace(tts, 'close', (close) => async () => {
      await close();
      setTimeout(() => tts.events.send(new TTSDisconnectedEvent()), 20);
    });
  },
  'leaves-no-handle': (provider) =>
    replace(good(provider), 'start', (start) => async () => {
      setTimeout(() => undefined, 5_000);
      await start();
    }),
  'speaks-the-text': (provider) =>
    mapChunks(good(provider), (chunk) =>
      chunk.final && chunk.pcm
        ? { ...chunk, pcm: chunk.pcm.slice(0, Math.max(0, chunk.pcm.durationMs - 1)) }
        : chunk,
    ),
  'any-output-format': (provider) =>
    replace(good(provider), 'setOutputFormat', () => () => undefined),
  'ends-with-one-final-chunk': (provider) =>
    mapChunks(good(provider), (chunk) => ({ ...chunk, index: chunk.index + 1 })),
  'nothing-to-say': (provider) =>
    mapChunks(good(provider), (chunk) =>
      chunk.index === 0 && chunk.final && !chunk.pcm ? undefined : chunk,
    ),
  'two-at-once': (provider) => {
    const tts = good(provider);
    let speaking: { text: string | AsyncIterable<string>; epoch: number } | undefined;
    return replace(tts, 'send', (send) => (text, options) => {
      const said = speaking?.epoch === tts.epoch ? speaking.text : text;
      speaking = { text: said, epoch: tts.epoch };
      const speech = send(said, options);
      return (async function* () {
        try {
          yield* speech;
        } finally {
          speaking = undefined;
        }
        return undefined;
      })();
    });
  },
  'text-in-pieces': (provider) =>
    replace(good(provider), 'send', (send) => (text, options) => {
      if (typeof text === 'string') return send(text, options);
      const pieces = async function* (): AsyncGenerator<string> {
        let count = 0;
        for await (const piece of text) if ((count += 1) < 5) yield piece;
      };
      return send(pieces(), options);
    }),
  'tells-what-it-did': (provider) => {
    const tts = good(provider);
    const send = tts.events.send.bind(tts.events);
    tts.events.send = (event) => {
      if (!(event instanceof TTSSynthesisCompleteEvent)) send(event);
    };
    return tts;
  },
  'interrupt-ends-at-once': (provider) =>
    replace(good(provider), 'interrupt', (interrupt) => async (options) => {
      if (options?.playedMs !== undefined) await wait(400);
      await interrupt(options);
    }),
  'speaks-again-after-an-interrupt': (provider) => {
    const tts = good(provider);
    return mapChunks(tts, (chunk) => (tts.epoch > 1 && !tts.closed ? undefined : chunk));
  },
  'belongs-to-its-epoch': (provider) =>
    replace(
      good(provider),
      'send',
      (send) =>
        async function* (text, options) {
          yield* send(text, options);
          return undefined;
        },
    ),
  'heeds-the-callers-signal': (provider) =>
    replace(good(provider), 'send', (send) => (text) => send(text)),
  'lets-go-when-its-reader-leaves': (provider) =>
    mapSpeech(good(provider), (speech) => {
      const withoutReturn: Speech = {
        next: () => speech.next(),
        [Symbol.asyncIterator]: () => withoutReturn,
      };
      return withoutReturn;
    }),
  'broken-speech-is-no-speech': (provider) => swallow(good(provider), 'network'),
  'survives-a-complaint': (provider) => swallow(good(provider), 'rate-limit'),
  'silence-is-no-speech': (provider) => swallow(good(provider), 'protocol'),
  'tells-that-the-key-is-wrong': (provider) => {
    const tts = good(provider);
    tts.events.on(TTSErrorEvent, ({ error }) => {
      if (error.kind === 'auth') connectAgain(provider);
    });
    return tts;
  },
  'says-which-key-is-missing': (provider) => new VagueAboutTheKey(inputOf(provider)),
  'refuses-unknown-options': (provider) => new TakesAnyOption(inputOf(provider)),
  'reads-environment-once': (provider) => new ReadsEnvironmentLate(inputOf(provider)),
  'keeps-secrets': (provider) => new ShowsItsKey(inputOf(provider)),
  'keeps-its-connection': (provider) => {
    const tts = good(provider);
    tts.events.on(TTSSynthesisCompleteEvent, () => connectAgain(provider));
    return tts;
  },
  reconnects: (provider) => {
    const tts = good(provider);
    let deaf = false;
    let heard = true;
    tts.events.on(TTSDisconnectedEvent, ({ clean }) => void (deaf ||= !clean && !heard));
    return mapSpeech(tts, async function* (speech) {
      heard = false;
      for await (const chunk of speech) {
        heard = true;
        if (!deaf) yield chunk;
      }
      return undefined;
    });
  },
};
