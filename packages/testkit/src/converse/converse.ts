import {
  ComponentErrorEvent,
  inSentences,
  PcmData,
  Stream,
  ToolEndEvent,
  type LLM,
  type STT,
  type TTS,
  type TTSOutputChunk,
} from '@vision-agents/core';
import { inRealTime } from '../listen/realtime.ts';
import type { SpeechRecording } from '../speech/index.ts';
import { seconds, StepTimes } from './step-times.ts';

/** What a conversation needs: ears, a mind and a voice. */
export interface ConverseParts {
  stt: STT;
  llm: LLM;
  tts: TTS;
}

export interface ConverseOptions {
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
}

export interface Conversed {
  /** What was heard. */
  question: string;
  /** What the model answered. */
  answer: string;
  /** The answer, spoken. */
  speech: PcmData;
}

/**
 * A turn of a conversation, as an agent has it: speech is heard in real time, the model answers what was heard, and
 * the answer is spoken while the model is still making it. Prints each step when it happens, and ends with how long
 * each one took.
 *
 * A voice that takes a text in pieces is given each as it comes, any other one sentence by sentence.
 *
 * Starts the plugins, and closes them.
 *
 * @throws ProviderError when the answer or its speech breaks off
 * @throws Error when nothing was heard
 */
export async function converse(
  { stt, llm, tts }: ConverseParts,
  speech: SpeechRecording | PcmData,
  options: ConverseOptions = {},
): Promise<Conversed> {
  const { print = console.log } = options;
  const times = new StepTimes(print);
  await using _stt = stt;
  await using _llm = llm;
  await using _tts = tts;
  for (const { events } of [stt, llm, tts]) {
    events.on(ComponentErrorEvent, ({ error, context }) =>
      times.tell('error', `${error.message} (${context})`),
    );
  }
  llm.events.on(ToolEndEvent, ({ toolName, result }) =>
    times.tell('called', `${toolName}: ${result}`),
  );
  await Promise.all([stt.start(), llm.start(), tts.start()]);

  times.begin(speech);
  const question = await hear(stt, 'words' in speech ? speech.pcm(48_000) : speech, times);
  if (question === '') throw new Error('Nothing was heard in the recording');
  times.mark('heard', question);
  const { answer, parts } = await answerAloud(llm, tts, question, times);
  const spoken = PcmData.concat([PcmData.silence(0, tts.outputFormat), ...parts]);
  times.mark('spoken', `${seconds(spoken.durationMs)} of audio`);
  times.summarise();
  return { question, answer, speech: spoken };
}

/** All that is said until the end of the speech. */
async function hear(stt: STT, speech: PcmData, times: StepTimes): Promise<string> {
  const heard: string[] = [];
  const reading = (async () => {
    for await (const item of stt.output) {
      if (item.type !== 'transcript' || item.mode !== 'final') continue;
      heard.push(item.text);
      times.tell('final', item.text);
    }
  })();
  for await (const chunk of inRealTime(speech)) stt.send(chunk);
  // Nobody says anything more: what is not told yet is told now.
  await stt.close();
  await reading;
  return heard.join(' ');
}

async function answerAloud(
  llm: LLM,
  tts: TTS,
  question: string,
  times: StepTimes,
): Promise<{ answer: string; parts: PcmData[] }> {
  const turnId = crypto.randomUUID();
  const said: string[] = [];
  const parts: PcmData[] = [];
  const deltas = async function* (): AsyncGenerator<string, void, undefined> {
    for await (const item of llm.simpleResponse(question, { turnId })) {
      if (item.type === 'final') {
        times.mark('answered', item.text);
        continue;
      }
      times.mark('first-text', `begins: ${JSON.stringify(item.delta)}`);
      said.push(item.delta);
      yield item.delta;
    }
  };
  const speeches = new Stream<AsyncIterable<TTSOutputChunk>>();
  const asking = async (): Promise<void> => {
    try {
      if (tts.streaming) {
        speeches.trySend(tts.send(deltas(), { turnId }));
      } else {
        for await (const sentence of inSentences(deltas()))
          speeches.trySend(tts.send(sentence, { turnId }));
      }
    } finally {
      speeches.close();
    }
  };
  const speaking = async (): Promise<void> => {
    for await (const chunks of speeches) {
      for await (const { pcm } of chunks) {
        if (!pcm) continue;
        times.mark('first-audio', 'begins');
        parts.push(pcm);
      }
    }
  };
  await Promise.all([asking(), speaking()]);
  return { answer: said.join(''), parts };
}
