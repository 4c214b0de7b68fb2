// #region vision-plugin: written by create-vision-plugin, add your own below
import { definePlugin } from '@vision-agents/core';
import { ChatCompletionsVLM } from './chat-completions-vlm.ts';
import { ChatCompletionsLLM } from './chat-completions-llm.ts';
import { LLM } from './llm.ts';
import { Realtime } from './realtime.ts';
import { STT } from './stt.ts';
import { TTS } from './tts.ts';

export { ChatCompletionsLLM, ChatCompletionsVLM, LLM, Realtime, STT, TTS };

export const plugin = definePlugin({
  name: 'openai',
  spec: 1,
  provides: {
    llm: LLM,
    vlm: ChatCompletionsVLM,
    realtime: Realtime,
    stt: STT,
    tts: TTS,
  },
});
// #endregion vision-plugin

export type { ChatCompletionsLLMInput } from './chat-completions-llm.ts';
export type { ChatCompletionsVLMInput } from './chat-completions-vlm.ts';
export type { LLMInput } from './llm.ts';
export { RealtimeSTT } from './realtime-stt.ts';
export type { RealtimeInput } from './realtime.ts';
export type { STTInput } from './stt.ts';
export type { TTSInput } from './tts.ts';
// What plugins of other providers of chat completions extend.
export { ChatCompletionsBase } from './chat/chat-completions-base.ts';
export type { ChatCompletionsInit } from './chat/chat-completions-base.ts';
export { ChatCompletionsVideoBase } from './chat/chat-completions-video-base.ts';
export type { ChatCompletionsVideoInit } from './chat/chat-completions-video-base.ts';
export { chatOptions, chatSettings } from './chat/chat-options.ts';
export { frameOptions, frameSettings } from './chat/frame-options.ts';
export type { ChatContext, ChatRequest, ChatSettings, Cleanup } from './chat/chat-request.ts';
export { chatTool } from './chat/chat-tool.ts';
