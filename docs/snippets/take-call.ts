import { ComponentErrorEvent } from '@vision-agents/core';
import type { LLM, Participant, PcmData, STT, TTS } from '@vision-agents/core';
import { answerAloud, type Play } from './use-tts.ts';

/** What a voice agent is made of: plugins of any providers, and where its voice goes. */
export interface Agent {
  stt: STT;
  llm: LLM;
  tts: TTS;
  play: Play;
}

/** Answers what is said in a call, until the call ends. Whoever begins to speak interrupts the answer. */
export async function takeCall(
  call: AsyncIterable<{ pcm: PcmData; participant: Participant }>,
  agent: Agent,
): Promise<void> {
  const plugins = [agent.stt, agent.llm, agent.tts];
  for (const { events } of plugins)
    events.on(ComponentErrorEvent, ({ error }) => console.error(error.kind, error.message));
  await Promise.all(plugins.map((plugin) => plugin.start()));

  let turn = new AbortController();
  let answering = Promise.resolve();
  const listening = (async () => {
    for await (const item of agent.stt.output) {
      if (item.type === 'turn-ended') continue;
      turn.abort(); // somebody speaks
      if (item.type !== 'transcript' || item.mode !== 'final') continue;
      await answering; // it is cut short, and what was heard of it is remembered
      turn = new AbortController();
      // What goes wrong is an event of the plugin too: the next turn is answered.
      answering = answerAloud(agent, item.text, turn).catch(() => undefined);
    }
  })();
  for await (const { pcm, participant } of call) agent.stt.send(pcm, participant);

  await agent.stt.close();
  await listening;
  await answering;
  await Promise.all(plugins.map((plugin) => plugin.close()));
}
