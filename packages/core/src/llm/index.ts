export { readChatAnswer } from './chat-answer.ts';
export { chatRequest } from './chat-request.ts';
export type { ChatRequest } from './chat-request.ts';
export { Conversation } from './conversation.ts';
export type { ConversationBounds, PlainMessage } from './conversation.ts';
export { LLM } from './llm.ts';
export type { LLMInit } from './llm.ts';
export {
  LLMErrorEvent,
  LLMResponseFinalEvent,
  ToolEndEvent,
  ToolStartEvent,
} from './llm-events.ts';
export type { LLMPart, LLMRequest, TokenUsage } from './llm-part.ts';
export type { LLMResponse, ResponseOptions } from './llm-response.ts';
export type { StateSource } from './state-message.ts';
export { imagesOf, imageUrl, speakerName, textOf } from './message.ts';
export type { ContentPart, ImagePart, Message, ToolCall } from './message.ts';
