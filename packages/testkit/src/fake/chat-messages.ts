import { ChatRefusal } from './chat-refusal.ts';
import { asArray, asObject, asText } from './chat-values.ts';
import type { FakePromptMessage, FakeToolCall } from './llm-fake.ts';

const roles = ['system', 'developer', 'user', 'assistant', 'tool'];

/**
 * The fields that there are (openai 7.57, `ChatCompletionMessageParam` and `ChatCompletionMessageToolCall`), and
 * `parsed`, which the official client adds.
 */
const messageFields =
  'role content name refusal audio function_call tool_calls tool_call_id parsed'.split(' ');
const callFields = ['id', 'type', 'function'];

/**
 * @param alsoKnown fields that there are besides OpenAI's
 * @throws ChatRefusal also for a call without its result, and for a result without its call
 */
export function readChatMessages(
  values: readonly unknown[],
  alsoKnown: readonly string[] = [],
): FakePromptMessage[] {
  for (const [index, value] of values.entries()) {
    const param = `messages[${index}]`;
    const message = asObject(value, param);
    assertKnown(message, [...messageFields, ...alsoKnown], param);
    const { tool_calls: calls } = message;
    for (const [call, made] of (Array.isArray(calls) ? calls : []).entries())
      assertKnown(Object(made), [...callFields, ...alsoKnown], `${param}.tool_calls[${call}]`);
  }
  const messages = values.map((value, index) => readMessage(value, `messages[${index}]`));
  let open = new Set<string>();
  for (const [index, { role, toolCallId = '', toolCalls }] of messages.entries()) {
    if (role === 'tool') {
      if (!open.delete(toolCallId)) {
        throw new ChatRefusal(
          "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
          { param: `messages.[${index}].role` },
        );
      }
      continue;
    }
    assertAnswered(open, index);
    open = new Set(toolCalls.map(({ id }) => id));
  }
  assertAnswered(open, messages.length);
  return messages;
}

function assertKnown(object: object, known: readonly string[], param: string): void {
  const unknown = Object.keys(object).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  const where = `${param}.${unknown}`;
  throw new ChatRefusal(`Unknown parameter: '${where}'.`, {
    param: where,
    code: 'unknown_parameter',
  });
}

function assertAnswered(open: ReadonlySet<string>, index: number): void {
  if (open.size === 0) return;
  throw new ChatRefusal(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    { param: `messages.[${index}].role` },
  );
}

function readMessage(value: unknown, param: string): FakePromptMessage {
  const message = asObject(value, param);
  const role = asText(message['role'], `${param}.role`);
  const name = message['name'] === undefined ? undefined : readName(message['name'], param);
  const toolCalls = readToolCalls(message, role, param);
  const content = readContent(message['content'], { role, param, optional: toolCalls.length > 0 });
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', name, ...content, toolCalls };
    case 'user':
    case 'assistant':
      return { role, name, ...content, toolCalls };
    case 'tool':
      return {
        role,
        ...content,
        toolCalls,
        toolCallId: asText(message['tool_call_id'], `${param}.tool_call_id`),
      };
    default:
      throw new ChatRefusal(
        `Invalid value: '${role}'. Supported values are: ${roles.map((known) => `'${known}'`).join(', ')}.`,
        { param: `${param}.role`, code: 'invalid_value' },
      );
  }
}

function readName(value: unknown, param: string): string {
  const name = asText(value, `${param}.name`);
  if (/^[^\s<|\\/>]{1,64}$/.test(name)) return name;
  throw new ChatRefusal(
    `Invalid '${param}.name': string does not match pattern. Expected a string that matches the pattern '^[^\\s<|\\\\/>]+$'.`,
    { param: `${param}.name`, code: 'invalid_value' },
  );
}

function readContent(
  content: unknown,
  { role, param, optional }: { role: string; param: string; optional: boolean },
): Pick<FakePromptMessage, 'text' | 'images'> {
  if (optional && (content === undefined || content === null)) return { text: '', images: [] };
  if (typeof content === 'string') return { text: content, images: [] };
  if (content === null) {
    throw new ChatRefusal(`Invalid value for 'content': expected a string, got null.`, {
      param: `${param}.content`,
    });
  }
  const parts = asArray(content, `${param}.content`).map((value, index) =>
    readPart(value, { role, param: `${param}.content[${index}]` }),
  );
  return {
    text: parts.map(({ text }) => text).join(''),
    images: parts.flatMap(({ image }) => (image === undefined ? [] : [image])),
  };
}

function readPart(
  value: unknown,
  { role, param }: { role: string; param: string },
): { text: string; image?: string } {
  const part = asObject(value, param);
  if (part['type'] === 'text') return { text: asText(part['text'], `${param}.text`) };
  if (part['type'] !== 'image_url' || role !== 'user') {
    throw new ChatRefusal(`Invalid value: '${String(part['type'])}'.`, {
      param: `${param}.type`,
      code: 'invalid_value',
    });
  }
  const { url, detail = 'auto' } = asObject(part['image_url'], `${param}.image_url`);
  if (!['auto', 'low', 'high', 'original'].includes(String(detail)))
    throw new ChatRefusal(`Invalid value: '${String(detail)}'.`, {
      param: `${param}.image_url.detail`,
    });
  return { text: '', image: readImage(asText(url, `${param}.image_url.url`), param) };
}

function readImage(url: string, param: string): string {
  if (/^https?:\/\/\S+$/.test(url)) return url;
  const [, mimeType = '', base64 = ''] =
    /^data:([^;,]+);base64,([A-Za-z0-9+/]+=*)$/.exec(url) ?? [];
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(mimeType) && base64 !== '') return url;
  throw new ChatRefusal(
    'Invalid image: expected an https URL, or a data URL of a png, jpeg, gif or webp image in base64.',
    { param: `${param}.image_url.url`, code: 'invalid_image_url' },
  );
}

function readToolCalls(
  message: Record<string, unknown>,
  role: string,
  param: string,
): FakeToolCall[] {
  if (message['tool_calls'] === undefined) return [];
  const where = `${param}.tool_calls`;
  if (role !== 'assistant')
    throw new ChatRefusal(`Unknown parameter: '${where}'.`, {
      param: where,
      code: 'unknown_parameter',
    });
  return asArray(message['tool_calls'], where).map((value, index) => {
    const call = asObject(value, `${where}[${index}]`);
    const details = asObject(call['function'], `${where}[${index}].function`);
    if (call['type'] !== 'function')
      throw new ChatRefusal(`Invalid value: '${String(call['type'])}'.`, {
        param: `${where}[${index}].type`,
      });
    return {
      id: asText(call['id'], `${where}[${index}].id`),
      name: asText(details['name'], `${where}[${index}].function.name`),
      arguments: asText(details['arguments'], `${where}[${index}].function.arguments`),
    };
  });
}
