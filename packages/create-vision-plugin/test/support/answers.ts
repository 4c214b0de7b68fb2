import { parseAnswers } from '../../src/answers.ts';
import type { CompleteAnswers } from '../../src/settle.ts';

export function answersFor(
  name: string,
  more: Readonly<Record<string, string>> = {},
): CompleteAnswers {
  const { name: parsed, type, ...rest } = parseAnswers({ name, type: 'stt', ...more });
  if (parsed === undefined || type === undefined) throw new Error('incomplete');
  return { ...rest, name: parsed, type };
}
