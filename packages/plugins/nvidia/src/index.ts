// #region vision-plugin: written by create-vision-plugin, add your own below
import { definePlugin } from '@vision-agents/core';
import { VLM } from './vlm.ts';

export { VLM };

export const plugin = definePlugin({
  name: 'nvidia',
  spec: 1,
  provides: {
    vlm: VLM,
  },
});
// #endregion vision-plugin
