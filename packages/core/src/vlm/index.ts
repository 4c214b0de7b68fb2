export { VideoLLM } from './video-llm.ts';
export type { VideoLLMInit } from './video-llm.ts';
