import { MONO_24K } from '@vision-agents/core';
import { FakeSTTProvider } from '@vision-agents/testkit';
import type { FakeSTTSession, Refusal, STTSaying, UpgradeRequest } from '@vision-agents/testkit';
import type { RealtimeServerEvent } from 'openai/resources/realtime/realtime';
import { z } from 'zod';
import { TEST_KEY } from './fake-chat.ts';

type Unnumbered<E> = E extends { event_id: string } ? Omit<E, 'event_id'> : never;

const Vad = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('server_vad'),
    silence_duration_ms: z.int().min(0).exactOptional(),
    prefix_padding_ms: z.int().min(0).exactOptional(),
    threshold: z.number().min(0).max(1).exactOptional(),
  }),
  z.strictObject({ type: z.literal('semantic_vad') }),
]);

/** What a client may send in a session of this kind (openai 7.57, `RealtimeClientEvent`). */
const ClientEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('session.update'),
    session: z.strictObject({
      type: z.literal('transcription'),
      audio: z.strictObject({
        input: z.strictObject({
          format: z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(24_000) }),
          transcription: z
            .strictObject({
              model: z.string(),
              language: z.string().exactOptional(),
              languages: z.array(z.string()).exactOptional(),
              prompt: z.string().exactOptional(),
              keywords: z.array(z.string()).exactOptional(),
            })
            .refine(
              ({ model, languages, keywords }) =>
                model === 'gpt-transcribe' || (!languages && !keywords),
              { error: 'languages and keywords are not supported with this model' },
            ),
          turn_detection: Vad,
          noise_reduction: z
            .strictObject({ type: z.enum(['near_field', 'far_field']) })
            .exactOptional(),
        }),
      }),
      include: z.array(z.literal('item.input_audio_transcription.logprobs')).exactOptional(),
    }),
  }),
  z.strictObject({ type: z.literal('input_audio_buffer.append'), audio: z.base64() }),
  z.strictObject({ type: z.literal('input_audio_buffer.commit') }),
]);

type Session = Extract<z.output<typeof ClientEvent>, { type: 'session.update' }>['session'];

/** What is said and not yet transcribed on one connection. */
interface Talk {
  items: number;
  session: Session | undefined;
  /** The item that is spoken just now. */
  item: { id: string; text: string; speaking: boolean } | undefined;
}

/**
 * Realtime transcription sessions of OpenAI, as they are on the wire: on a real socket of this machine. Words come out
 * only as the audio of a recording comes in.
 */
export class FakeTranscriptionSessions extends FakeSTTProvider {
  readonly #talks = new WeakMap<FakeSTTSession, Talk>();

  constructor() {
    super({ format: MONO_24K });
  }

  protected override authorise({ url, headers }: UpgradeRequest): Refusal | undefined {
    if (headers.authorization !== `Bearer ${TEST_KEY}`) return { status: 401 };
    if (url.pathname !== '/v1/realtime') return { status: 404 };
    return url.search === '?intent=transcription' ? undefined : { status: 400 };
  }

  protected override onOpen(session: FakeSTTSession): void {
    this.#talks.set(session, { items: 0, session: undefined, item: undefined });
    this.#event(session, { type: 'session.created', session: { type: 'transcription' } });
  }

  protected override onFrame(session: FakeSTTSession, frame: string | Uint8Array): void {
    const talk = this.#talkOf(session);
    const { success, data, error } = ClientEvent.safeParse(JSON.parse(String(frame)));
    if (!success) {
      session.violation(z.prettifyError(error));
      return;
    }
    switch (data.type) {
      case 'session.update':
        talk.session = data.session;
        this.note('session.update');
        this.#event(session, { type: 'session.updated', session: data.session });
        return;
      case 'input_audio_buffer.append':
        if (talk.session) session.hear(Buffer.from(data.audio, 'base64'));
        else session.violation('there is audio before the session was set up');
        return;
      case 'input_audio_buffer.commit':
        this.note('commit');
        this.#commit(session, talk);
    }
  }

  /** What it says, roughly: enough to tell whether it ever says such a thing. */
  protected override encode(saying: STTSaying): object | undefined {
    if (saying.type === 'turn-resumed' || (saying.type === 'turn-ended' && saying.eager))
      return undefined;
    return { type: saying.type };
  }

  override says(saying: STTSaying): boolean {
    return this.encode(saying) !== undefined;
  }

  protected override deliver(session: FakeSTTSession, saying: STTSaying): void {
    const talk = this.#talkOf(session);
    switch (saying.type) {
      case 'turn-started':
        this.#start(session, talk);
        return;
      case 'partial': {
        const item = (talk.item ??= this.#newItem(talk));
        const delta = saying.text.startsWith(item.text)
          ? saying.text.slice(item.text.length)
          : saying.text;
        item.text = saying.text;
        const type = 'conversation.item.input_audio_transcription.delta';
        this.#event(session, { type, item_id: item.id, content_index: 0, delta });
        return;
      }
      case 'final':
        this.#final(session, talk, saying.text);
        return;
      case 'error': {
        const error = { type: 'server_error', code: null, message: saying.message, param: null };
        this.#event(session, { type: 'error', error });
        return;
      }
      case 'turn-ended':
      case 'turn-resumed':
        // The end of a turn was told with its text.
        return;
    }
  }

  /** Somebody begins to speak, and is heard until `transcribe()`. */
  speak(session: FakeSTTSession): string {
    const talk = this.#talkOf(session);
    const id = this.#start(session, talk);
    this.#stop(session, talk);
    talk.item = undefined;
    return id;
  }

  /** The text of an item, or why there is none. */
  transcribe(session: FakeSTTSession, item_id: string, outcome: string | Error): void {
    const place = { item_id, content_index: 0 };
    if (typeof outcome !== 'string') {
      const type = 'conversation.item.input_audio_transcription.failed';
      this.#event(session, { type, ...place, error: { message: outcome.message } });
      return;
    }
    const type = 'conversation.item.input_audio_transcription.completed';
    const { include, audio } = this.#talkOf(session).session ?? {};
    this.#event(session, {
      type,
      ...place,
      transcript: outcome,
      usage: { type: 'duration', seconds: 1 },
      ...(include && { logprobs: [{ token: outcome, bytes: [], logprob: Math.log(0.9) }] }),
      ...(audio?.input.transcription.model === 'gpt-transcribe' && { languages: [{ code: 'en' }] }),
    });
  }

  #start(session: FakeSTTSession, talk: Talk): string {
    if (talk.item) this.#final(session, talk, talk.item.text);
    talk.item = this.#newItem(talk);
    const { id: item_id } = talk.item;
    talk.item.speaking = true;
    const type = 'input_audio_buffer.speech_started';
    this.#event(session, { type, item_id, audio_start_ms: 0 });
    return item_id;
  }

  #stop(session: FakeSTTSession, { item }: Talk): void {
    if (!item) return;
    const { id: item_id } = item;
    const type = 'input_audio_buffer.speech_stopped';
    if (item.speaking) this.#event(session, { type, item_id, audio_end_ms: 0 });
    if (item.speaking) this.#event(session, { type: 'input_audio_buffer.committed', item_id });
    item.speaking = false;
  }

  #final(session: FakeSTTSession, talk: Talk, text: string): void {
    const { id } = (talk.item ??= this.#newItem(talk));
    this.#stop(session, talk);
    talk.item = undefined;
    this.transcribe(session, id, text);
  }

  /** Transcribes what was said until now; the client wants it although nobody has stopped. */
  #commit(session: FakeSTTSession, talk: Talk): void {
    const { item } = talk;
    if (!item?.speaking) {
      const error = {
        type: 'invalid_request_error',
        code: 'input_audio_buffer_commit_empty',
        message: 'Error committing input audio buffer: buffer too small.',
        param: null,
      };
      this.#event(session, { type: 'error', error });
      return;
    }
    item.speaking = false;
    this.#event(session, { type: 'input_audio_buffer.committed', item_id: item.id });
    // What the recogniser has, without the socket's end: that is the client's to make.
    session.settle();
    if (talk.item === item) this.#final(session, talk, item.text);
  }

  #newItem(talk: Talk): NonNullable<Talk['item']> {
    talk.items += 1;
    return { id: `item_${talk.items}`, text: '', speaking: false };
  }

  #talkOf(session: FakeSTTSession): Talk {
    const talk = this.#talks.get(session);
    if (!talk) throw new Error('the session is not open');
    return talk;
  }

  #event(session: FakeSTTSession, event: Unnumbered<RealtimeServerEvent>): void {
    session.send({ event_id: 'event_fake', ...event });
  }
}
