import { LLM, STT, TTS } from '@vision-agents/plugin-openai';
import { takeCall, type Agent } from './take-call.ts';

type Call = Parameters<typeof takeCall>[0];

/** An agent that hears, thinks and speaks by OpenAI. */
export function answerCall(call: Call, play: Agent['play']): Promise<void> {
  return takeCall(call, { stt: new STT(), llm: new LLM(), tts: new TTS(), play });
}
