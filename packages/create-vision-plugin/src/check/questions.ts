import { ask } from './chat.ts';
import type { ChatAnswer } from './chat.ts';
import type { Answer } from './finding.ts';
import { asObject, parsed } from './http.ts';
import type { ProbeContext } from './http.ts';

/** A red square of 64 by 64 pixels: some models refuse what is smaller. */
const RED_SQUARE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PQQkAAAgAsetfWiP4FgYrsKZeS0BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEDgsqnc8OJg6Ln3AAAAAElFTkSuQmCC';

const TOOL = 'press_button';

/** A model that thinks before it speaks needs more than its answer is long. */
const maxTokens = { words: 32, thoughts: 256 };

const GREETING = 'Say hello, in one word.';

/** How a model is asked: streaming where that works, since agents do. */
export interface Manner {
  readonly model: string;
  readonly stream: boolean;
}

/** Any answer will do, an empty one as well: a model can use up what it may say by thinking. */
export async function greet(context: ProbeContext, { model, stream }: Manner): Promise<Answer> {
  const answer = await ask(context, {
    model,
    content: GREETING,
    maxTokens: maxTokens.words,
    stream,
  });
  if (!stream) return { status: 'yes', detail: '' };
  return {
    status: 'yes',
    detail: answer.streamed
      ? `first piece after ${spoken(answer.firstPieceMs)}`
      : 'answers whole, which works and takes longer',
  };
}

export async function callTool(context: ProbeContext, { model, stream }: Manner): Promise<Answer> {
  const answer = await ask(context, {
    model,
    content: `Call ${TOOL} with the colour red. Do nothing else.`,
    maxTokens: maxTokens.thoughts,
    stream,
    tools: [
      {
        type: 'function',
        function: {
          name: TOOL,
          description: 'Presses the button of a colour.',
          parameters: {
            type: 'object',
            properties: { colour: { type: 'string' } },
            required: ['colour'],
          },
        },
      },
    ],
  });
  const [call] = answer.calls;
  if (call === undefined)
    return answer.wasCut ? unclear() : { status: 'no', detail: 'answers in words instead' };
  if (call.name !== TOOL) return { status: 'no', detail: 'calls a tool that there is not' };
  return asObject(parsed(call.arguments)) === undefined
    ? { status: 'no', detail: 'calls it with arguments that are no JSON' }
    : { status: 'yes', detail: '' };
}

/** An answer alone proves nothing: there are servers that drop images. */
export async function see(context: ProbeContext, { model, stream }: Manner): Promise<Answer> {
  const answer: ChatAnswer = await ask(context, {
    model,
    content: [
      { type: 'text', text: 'What colour is this square? One word.' },
      { type: 'image_url', image_url: { url: RED_SQUARE } },
    ],
    maxTokens: maxTokens.thoughts,
    stream,
  });
  if (/\bred\b/i.test(answer.text)) return { status: 'yes', detail: '' };
  return answer.wasCut
    ? unclear()
    : { status: 'no', detail: 'answers, and does not see the image' };
}

function unclear(): Answer {
  return { status: 'unclear', detail: `no answer within ${maxTokens.thoughts} tokens` };
}

/** A duration as people say it. */
export function spoken(durationMs: number): string {
  return durationMs < 995 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
