// #region vision-plugin: written by create-vision-plugin, add your own below
import { definePlugin } from '@vision-agents/core';
import { ChatCompletionsVLM } from './chat-completions-vlm.ts';
import { ChatCompletionsLLM } from './chat-completions-llm.ts';

export { ChatCompletionsLLM, ChatCompletionsVLM };

export const plugin = definePlugin({
  name: 'openai',
  spec: 1,
  provides: {
    llm: ChatCompletionsLLM,
    vlm: ChatCompletionsVLM,
  },
});
// #endregion vision-plugin

export type { ChatCompletionsLLMInput } from './chat-completions-llm.ts';
export type { ChatCompletionsVLMInput } from './chat-completions-vlm.ts';
// What plugins of other providers of chat completions extend.
export { ChatCompletionsBase } from './chat/chat-completions-base.ts';
export type { ChatCompletionsInit } from './chat/chat-completions-base.ts';
export { ChatCompletionsVideoBase } from './chat/chat-completions-video-base.ts';
export type { ChatCompletionsVideoInit } from './chat/chat-completions-video-base.ts';
export type { ChatContext, ChatRequest, ChatSettings, Cleanup } from './chat/chat-request.ts';
export { chatTool } from './chat/chat-tool.ts';
