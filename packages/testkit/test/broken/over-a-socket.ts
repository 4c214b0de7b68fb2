import {
  ComponentErrorEvent,
  PcmData,
  STTConnectedEvent,
  STTDisconnectedEvent,
  type SpeakerStream,
  type STT,
} from '@vision-agents/core';
import { WebSocket } from 'ws';
import { ReferenceSTT } from '../reference/reference-stt.ts';
import { mapOutput, replace, replaceSend } from './alter-plugin.ts';
import { brokenAnywhere, brokenFrom, brokenOverNetwork } from './any-plugin.ts';

type SocketInput = NonNullable<ConstructorParameters<typeof ReferenceSTT>[0]>;

const good = (input: SocketInput): STT => new ReferenceSTT(input);

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
  constructor(input: SocketInput = {}) {
    if (input.apiKey === undefined) throw new Error('Invalid credentials');
    super(input);
  }
}

class TakesAnyOption extends ReferenceSTT {
  constructor({ apiKey, baseUrl }: SocketInput = {}) {
    super({ apiKey, baseUrl });
  }
}

class ShowsItsKey extends ReferenceSTT {
  readonly key: string | undefined;

  constructor(input: SocketInput = {}) {
    super(input);
    this.key = input.apiKey;
  }
}

/** For each rule a plugin that breaks just that one. */
export const brokenOverASocket: Readonly<Record<string, (input: SocketInput) => STT>> = {
  ...brokenFrom(brokenAnywhere, good),
  ...brokenFrom(brokenOverNetwork, good),
  'last-words': (input) => new WithoutFarewell(input),
  'keeps-order': (input) => {
    let kept: PcmData | undefined;
    return replaceSend(good(input), (send) => (pcm, participant) => {
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
  'lets-speakers-go': (input) => replace(good(input), 'participantLeft', () => () => undefined),
  'never-blocks': (input) =>
    new ReferenceSTT(input, { reconnectBufferMs: Number.POSITIVE_INFINITY }),
  'no-empty-text': (input) => new EmptyTexts(input),
  'partials-belong-to-their-final': (input) =>
    mapOutput(good(input), (item) =>
      item.type === 'transcript' && item.mode === 'partial'
        ? { ...item, turnId: crypto.randomUUID() }
        : item,
    ),
  'turns-enclose-their-words': (input) =>
    mapOutput(good(input), (item) => (item.type === 'turn-started' ? undefined : item)),
  'turns-resume': (input) =>
    mapOutput(good(input), (item) =>
      item.type === 'turn-resumed' ? { ...item, turnId: crypto.randomUUID() } : item,
    ),
  'keeps-quiet-sessions': (input) => new WrongKeepAlive(input),
  'survives-a-temporary-error': (input) => new PermanentErrors(input),
  'reconnects-without-loss': (input) => {
    const stt = good(input);
    let connected = true;
    stt.events.on(STTConnectedEvent, () => void (connected = true));
    stt.events.on(STTDisconnectedEvent, ({ clean }) => void (connected &&= clean));
    return replaceSend(stt, (send) => (pcm, participant) => {
      if (connected || stt.closed) send(pcm, participant);
    });
  },
  'gives-up-on-a-wrong-key': (input) => {
    const stt = good(input);
    stt.events.on(ComponentErrorEvent, ({ error }) => {
      if (error.kind === 'auth')
        new WebSocket(`${input.baseUrl}/listen`).on('error', () => undefined);
    });
    return stt;
  },
  'survives-being-closed-at-once': (input) => {
    const stt = good(input);
    stt.events.on(STTDisconnectedEvent, async ({ reason }) => {
      if (reason.includes('1011')) await stt.close();
    });
    return stt;
  },
  'says-which-key-is-missing': (input) => new VagueAboutTheKey(input),
  'refuses-unknown-options': (input) => new TakesAnyOption(input),
  'keeps-secrets': (input) => new ShowsItsKey(input),
};
