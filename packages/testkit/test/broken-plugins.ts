import {
  ComponentErrorEvent,
  PcmData,
  ProviderError,
  STTConnectedEvent,
  STTDisconnectedEvent,
  STTErrorEvent,
  type Participant,
  type SpeakerStream,
  type STT,
} from '@vision-agents/core';
import { WebSocket } from 'ws';
import { filterEvents, isError, mapOutput, replace, replaceSend } from './alter-plugin.ts';
import { REFERENCE_KEY, type ReferenceProvider } from './reference/reference-provider.ts';
import { ReferenceSTT } from './reference/reference-stt.ts';

type Input = NonNullable<ConstructorParameters<typeof ReferenceSTT>[0]>;

function inputOf(provider: ReferenceProvider): Input {
  return { baseUrl: provider.url, apiKey: REFERENCE_KEY };
}

class WithoutFarewell extends ReferenceSTT {
  protected override openStream(speaker: SpeakerStream): ReturnType<ReferenceSTT['openStream']> {
    return { ...super.openStream(speaker), farewell: undefined };
  }
}

const misspelt = (): object => ({ type: 'KeepAlvie' });

class WrongKeepAlive extends ReferenceSTT {
  protected override openStream(speaker: SpeakerStream): ReturnType<ReferenceSTT['openStream']> {
    return { ...super.openStream(speaker), idle: { afterMs: 5_000, send: misspelt } };
  }
}

class PermanentErrors extends ReferenceSTT {
  protected override openStream(speaker: SpeakerStream): ReturnType<ReferenceSTT['openStream']> {
    return super.openStream({
      ...speaker,
      error: (_kind, message) => speaker.error('auth', message),
    });
  }
}

class ReadsEnvironmentLate extends ReferenceSTT {
  protected override openStream(speaker: SpeakerStream): ReturnType<ReferenceSTT['openStream']> {
    const apiKey = process.env.REFERENCE_API_KEY ?? REFERENCE_KEY;
    return { ...super.openStream(speaker), headers: { authorization: `Bearer ${apiKey}` } };
  }
}

class EmptyTexts extends ReferenceSTT {
  protected override openStream(speaker: SpeakerStream): ReturnType<ReferenceSTT['openStream']> {
    const spec = super.openStream(speaker);
    return {
      ...spec,
      onMessage: (message) => {
        if (message.type === 'final' && message.text.trim() === '') {
          this.output.trySend({
            type: 'transcript',
            mode: 'final',
            text: message.text,
            turnId: 'empty',
          });
        }
        spec.onMessage(message);
      },
    };
  }
}

class VagueAboutTheKey extends ReferenceSTT {
  constructor(input: Input = {}) {
    if (input.apiKey === undefined) throw new Error('Invalid credentials');
    super(input);
  }
}

class TakesAnyOption extends ReferenceSTT {
  constructor({ apiKey, baseUrl }: Input = {}) {
    super({ apiKey, baseUrl });
  }
}

class ShowsItsKey extends ReferenceSTT {
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

/** For each rule a plugin that breaks just that one. */
export const brokenPlugins: Readonly<Record<string, (provider: ReferenceProvider) => STT>> = {
  'starts-once': (provider) => {
    let starts = 0;
    return replace(new ReferenceSTT(inputOf(provider)), 'start', (start) => async () => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await start();
    });
  },
  'closes-once': (provider) => {
    let closes = 0;
    return replace(new ReferenceSTT(inputOf(provider)), 'close', (close) => async () => {
      closes += 1;
      await close();
      if (closes > 1) throw new Error('already closed');
    });
  },
  'stays-closed': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    return replace(stt, 'start', (start) => async () => {
      if (!stt.closed) await start();
    });
  },
  'close-settles': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    stt.output.close = () => undefined;
    return stt;
  },
  'last-words': (provider) => new WithoutFarewell(inputOf(provider)),
  'closes-while-connecting': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    let sent = false;
    let answered = false;
    stt.events.on(STTConnectedEvent, () => void (answered = true));
    stt.events.on(ComponentErrorEvent, () => void (answered = true));
    const noting = replaceSend(stt, (send) => (pcm, participant) => {
      sent = true;
      send(pcm, participant);
    });
    return replace(noting, 'close', (close) => async () => {
      if (sent && !answered) await wait(3_000);
      await close();
    });
  },
  'close-is-no-error': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    return replace(stt, 'close', (close) => async () => {
      const error = new ProviderError({
        provider: 'reference',
        kind: 'network',
        message: 'The operation was aborted',
      });
      if (!stt.closed)
        stt.events.send(Object.assign(new STTErrorEvent(), { error, context: 'close' }));
      await close();
    });
  },
  'quiet-after-close': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    return replace(stt, 'close', (close) => async () => {
      await close();
      setTimeout(() => stt.events.send(new STTDisconnectedEvent()), 20);
    });
  },
  'leaves-no-handle': (provider) =>
    replace(new ReferenceSTT(inputOf(provider)), 'start', (start) => async () => {
      setTimeout(() => undefined, 5_000);
      await start();
    }),
  'any-format': (provider) =>
    replaceSend(new ReferenceSTT(inputOf(provider)), (send) => (pcm, participant) => {
      send(
        PcmData.isPcmData(pcm) ? new PcmData({ samples: pcm.samples, sampleRate: 16_000 }) : pcm,
        participant,
      );
    }),
  'tells-speakers-apart': (provider) => {
    let current: Participant | undefined;
    const stt = mapOutput(new ReferenceSTT(inputOf(provider)), (item) => ({
      ...item,
      participant: current,
    }));
    return replaceSend(stt, (send) => (pcm, participant) => {
      current = participant;
      send(pcm, participant);
    });
  },
  'keeps-order': (provider) => {
    let kept: PcmData | undefined;
    return replaceSend(new ReferenceSTT(inputOf(provider)), (send) => (pcm, participant) => {
      const level = PcmData.isPcmData(pcm) ? pcm.samples[0] : 0;
      const flat = level !== 0 && pcm.samples.every((sample) => sample === level);
      if (flat && !kept) {
        kept = pcm;
        return;
      }
      send(pcm, participant);
      if (kept) send(kept, participant);
      kept = undefined;
    });
  },
  'lets-speakers-go': (provider) =>
    replace(new ReferenceSTT(inputOf(provider)), 'participantLeft', () => () => undefined),
  'waits-for-start': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    return replaceSend(stt, (send) => (pcm, participant) => {
      if (stt.started || stt.closed) send(pcm, participant);
    });
  },
  'drops-after-close': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    return replaceSend(stt, (send) => (pcm, participant) => {
      if (stt.closed) throw new Error('closed');
      send(pcm, participant);
    });
  },
  'never-blocks': (provider) =>
    new ReferenceSTT(inputOf(provider), { reconnectBufferMs: Number.POSITIVE_INFINITY }),
  'refuses-what-is-no-audio': (provider) =>
    replaceSend(new ReferenceSTT(inputOf(provider)), (send) => (pcm, participant) => {
      if (PcmData.isPcmData(pcm)) send(pcm, participant);
    }),
  'only-what-was-said': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    let silenceMs = 0;
    return replaceSend(stt, (send) => (pcm, participant) => {
      send(pcm, participant);
      silenceMs = pcm.samples.every((sample) => sample === 0) ? silenceMs + pcm.durationMs : 0;
      if (silenceMs === 1_000 && !stt.output.closed) {
        stt.output.trySend({
          type: 'transcript',
          mode: 'partial',
          text: 'Thank you.',
          turnId: 'imagined',
        });
      }
    });
  },
  'no-empty-text': (provider) => new EmptyTexts(inputOf(provider)),
  'partials-belong-to-their-final': (provider) =>
    mapOutput(new ReferenceSTT(inputOf(provider)), (item) =>
      item.type === 'transcript' && item.mode === 'partial'
        ? { ...item, turnId: crypto.randomUUID() }
        : item,
    ),
  'turns-enclose-their-words': (provider) =>
    mapOutput(new ReferenceSTT(inputOf(provider)), (item) =>
      item.type === 'turn-started' ? undefined : item,
    ),
  'turns-resume': (provider) =>
    mapOutput(new ReferenceSTT(inputOf(provider)), (item) =>
      item.type === 'turn-resumed' ? { ...item, turnId: crypto.randomUUID() } : item,
    ),
  'keeps-quiet-sessions': (provider) => new WrongKeepAlive(inputOf(provider)),
  'survives-a-temporary-error': (provider) => new PermanentErrors(inputOf(provider)),
  'reconnects-without-loss': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    let connected = true;
    stt.events.on(STTConnectedEvent, () => void (connected = true));
    stt.events.on(STTDisconnectedEvent, ({ clean }) => void (connected &&= clean));
    return replaceSend(stt, (send) => (pcm, participant) => {
      if (connected || stt.closed) send(pcm, participant);
    });
  },
  'reports-a-refusal': (provider) =>
    filterEvents(
      new ReferenceSTT(inputOf(provider)),
      (event) => !(event instanceof ComponentErrorEvent && event.error.status === 503),
    ),
  'gives-up-on-a-wrong-key': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    stt.events.on(ComponentErrorEvent, ({ error }) => {
      if (error.kind === 'auth')
        new WebSocket(`${provider.url}/listen`).on('error', () => undefined);
    });
    return stt;
  },
  'survives-garbage': (provider) =>
    filterEvents(new ReferenceSTT(inputOf(provider)), (event) => !isError(event, 'protocol')),
  'survives-being-closed-at-once': (provider) => {
    const stt = new ReferenceSTT(inputOf(provider));
    stt.events.on(STTDisconnectedEvent, async ({ reason }) => {
      if (reason.includes('1011')) await stt.close();
    });
    return stt;
  },
  'says-which-key-is-missing': (provider) => new VagueAboutTheKey(inputOf(provider)),
  'reads-environment-once': (provider) => new ReadsEnvironmentLate(inputOf(provider)),
  'refuses-unknown-options': (provider) => new TakesAnyOption(inputOf(provider)),
  'keeps-secrets': (provider) => new ShowsItsKey(inputOf(provider)),
};
