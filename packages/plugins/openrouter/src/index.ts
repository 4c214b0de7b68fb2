// #region vision-plugin: written by create-vision-plugin, add your own below
import { definePlugin } from '@vision-agents/core';
import { LLM } from './llm.ts';

export { LLM };

export const plugin = definePlugin({
  name: 'openrouter',
  spec: 1,
  provides: {
    llm: LLM,
  },
});
// #endregion vision-plugin
