import {
  ComponentErrorEvent,
  PcmData,
  ProviderError,
  STTConnectedEvent,
  STTDisconnectedEvent,
  STTErrorEvent,
  type Participant,
  type STT,
} from '@vision-agents/core';
import { filterEvents, isError, mapOutput, replace, replaceSend } from './alter-plugin.ts';

const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** For each rule that any plugin can break in the same way, a way that breaks just that one. */
export const brokenAnywhere: Readonly<Record<string, (stt: STT) => STT>> = {
  'starts-once': (stt) => {
    let starts = 0;
    return replace(stt, 'start', (start) => async () => {
      starts += 1;
      if (starts > 1) throw new Error('already started');
      await start();
    });
  },
  'closes-once': (stt) => {
    let closes = 0;
    return replace(stt, 'close', (close) => async () => {
      closes += 1;
      await close();
      if (closes > 1) throw new Error('already closed');
    });
  },
  'stays-closed': (stt) =>
    replace(stt, 'start', (start) => async () => {
      if (!stt.closed) await start();
    }),
  'close-settles': (stt) => {
    stt.output.close = () => undefined;
    return stt;
  },
  'closes-while-connecting': (stt) => {
    let sent = false;
    const answered = Promise.withResolvers<void>();
    stt.events.on(STTConnectedEvent, () => answered.resolve());
    stt.events.on(ComponentErrorEvent, () => answered.resolve());
    const listening = mapOutput(stt, (item) => {
      answered.resolve();
      return item;
    });
    const noting = replaceSend(listening, (send) => (pcm, participant) => {
      sent = true;
      send(pcm, participant);
    });
    return replace(noting, 'close', (close) => async () => {
      const timer = setTimeout(answered.resolve, 3_000);
      if (sent) await answered.promise;
      clearTimeout(timer);
      await close();
    });
  },
  'close-is-no-error': (stt) =>
    replace(stt, 'close', (close) => async () => {
      const error = new ProviderError({
        provider: 'reference',
        kind: 'network',
        message: 'The operation was aborted',
      });
      if (!stt.closed)
        stt.events.send(Object.assign(new STTErrorEvent(), { error, context: 'close' }));
      await close();
    }),
  'quiet-after-close': (stt) =>
    replace(stt, 'close', (close) => async () => {
      await close();
      setTimeout(() => stt.events.send(new STTDisconnectedEvent()), 20);
    }),
  'leaves-no-handle': (stt) =>
    replace(stt, 'start', (start) => async () => {
      setTimeout(() => undefined, 30_000);
      await start();
    }),
  'any-format': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      send(
        PcmData.isPcmData(pcm) ? new PcmData({ samples: pcm.samples, sampleRate: 16_000 }) : pcm,
        participant,
      );
    }),
  'tells-speakers-apart': (stt) => {
    let current: Participant | undefined;
    const mixed = mapOutput(stt, (item) => ({ ...item, participant: current }));
    return replaceSend(mixed, (send) => (pcm, participant) => {
      current = participant;
      send(pcm, participant);
    });
  },
  'waits-for-start': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      if (stt.started || stt.closed) send(pcm, participant);
    }),
  'drops-after-close': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      if (stt.closed) throw new Error('closed');
      send(pcm, participant);
    }),
  'refuses-what-is-no-audio': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      if (PcmData.isPcmData(pcm)) send(pcm, participant);
    }),
  'only-what-was-said': (stt) => {
    let silenceMs = 0;
    return replaceSend(stt, (send) => (pcm, participant) => {
      send(pcm, participant);
      silenceMs = pcm.samples.every((sample) => sample === 0) ? silenceMs + pcm.durationMs : 0;
      if (silenceMs !== 1_000 || stt.output.closed) return;
      const text = 'Thank you.';
      stt.output.trySend({ type: 'transcript', mode: 'partial', text, turnId: 'imagined' });
    });
  },
  'survives-garbage': (stt) => filterEvents(stt, (event) => !isError(event, 'protocol')),
  'reads-environment-once': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      const { REFERENCE_API_KEY: key, REFERENCE_ENGINE: engine } = process.env;
      if (key !== 'off' && engine !== 'off') send(pcm, participant);
    }),
};

/** The same for a plugin whose provider is reached over a network. */
export const brokenOverNetwork: Readonly<Record<string, (stt: STT) => STT>> = {
  'reports-a-refusal': (stt) =>
    filterEvents(
      stt,
      (event) => !(event instanceof ComponentErrorEvent && event.error.status === 503),
    ),
};

/** The same for a plugin that makes a request for each utterance. */
export const brokenWithRequests: Readonly<Record<string, (stt: STT) => STT>> = {
  'hears-speakers-out': (stt) => {
    const left = new Set<string | undefined>();
    const hushed = mapOutput(stt, (item) => (left.has(item.participant?.id) ? undefined : item));
    const listening = replaceSend(hushed, (send) => (pcm, participant) => {
      left.delete(participant?.id);
      send(pcm, participant);
    });
    return replace(listening, 'participantLeft', (leave) => (id) => {
      left.add(id);
      leave(id);
    });
  },
  'last-words': (stt) => mapOutput(stt, (item) => (stt.closed ? undefined : item)),
  'never-blocks': (stt) =>
    replaceSend(stt, (send) => (pcm, participant) => {
      send(pcm, participant);
      return wait(0);
    }),
};

/** The plugins that come of breaking a good one in each way. */
export function brokenFrom<Input>(
  ways: Readonly<Record<string, (stt: STT) => STT>>,
  create: (input: Input) => STT,
): Record<string, (input: Input) => STT> {
  return Object.fromEntries(
    Object.entries(ways).map(([rule, breakIt]) => [rule, (input) => breakIt(create(input))]),
  );
}
