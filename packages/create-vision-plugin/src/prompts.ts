import type { CANCEL_SYMBOL } from '@clack/prompts';
import { confirm, isCancel, multiselect, select, text } from '@clack/prompts';
import { catalogue, isPluginType, transportTitles, types } from './catalogue.ts';
import type { PluginType } from './catalogue.ts';
import { interruption } from './errors.ts';
import { EXAMPLE_NAME } from './flags.ts';
import { parseName } from './names.ts';

// Only results go to stdout.
const output = process.stderr;
// A terminal that was never given a size says 0 by 0: text would wrap at every letter,
// and what is drawn again would not be seen.
if (output.columns === 0) output.columns = 80;
if (output.rows === 0) output.rows = 24;

export async function askName(signal: AbortSignal): Promise<string> {
  const answer = await text({
    message: 'What is the provider called?',
    placeholder: EXAMPLE_NAME,
    output,
    signal,
    validate: (value) => {
      const result = parseName(value ?? '');
      if (result.ok) return undefined;
      const { message, suggestion } = result.problem;
      return (value ?? '').trim() === '' ? message : `${message} Try: ${suggestion.name}`;
    },
  });
  return answered(answer, signal);
}

/** One type or, where there is a choice, several with commas. */
export async function askType(
  signal: AbortSignal,
  offered: readonly PluginType[] = types,
): Promise<string> {
  const single = offered.map((type) => ({ value: type, label: type, hint: catalogue[type].title }));
  const message = 'What does it provide?';
  const several = 'several';
  const more = single.length > 1 ? [{ value: several, label: 'several of these', hint: '' }] : [];
  const options: Array<{ value: string; label: string; hint: string }> = [...single, ...more];
  const chosen = answered(await select({ message, options, output, signal }), signal);
  if (chosen !== several) return chosen;
  const list = { message: 'Which of them? (space chooses)', options: single, output, signal };
  return answered(await multiselect(list), signal).join(',');
}

/** How each type is reached; not asked where there is only one way. */
export async function askTransport(signal: AbortSignal, typeList: string): Promise<string> {
  const words = typeList.split(',');
  const transports: string[] = [];
  for (const type of words) {
    const message =
      words.length === 1 ? 'How is it reached?' : `How is it reached for ${titleOf(type)}?`;
    const transport = await askOneTransport(signal, type, message);
    transports.push(words.length === 1 ? transport : `${type}=${transport}`);
  }
  return transports.join(',');
}

async function askOneTransport(
  signal: AbortSignal,
  type: string,
  message: string,
): Promise<string> {
  const [first = '', ...others] = transportsOf(type);
  if (others.length === 0) return first;
  const options = [first, ...others].map((transport) => ({
    value: transport,
    label: transport,
    hint: transportTitles[transport] ?? '',
  }));
  return answered(await select({ message, options, output, signal }), signal);
}

function titleOf(type: string): string {
  return isPluginType(type) ? catalogue[type].title : type;
}

function transportsOf(type: string): readonly string[] {
  return isPluginType(type) ? catalogue[type].transports : [];
}

export async function askInstall(signal: AbortSignal): Promise<boolean> {
  const question = { message: 'Run npm install afterwards?', initialValue: true, output, signal };
  return answered(await confirm(question), signal);
}

/** @throws CliError `E_INTERRUPTED` on Ctrl-C, or the reason of the abort */
function answered<T>(answer: T | typeof CANCEL_SYMBOL, signal: AbortSignal): T {
  if (!isCancel(answer)) return answer;
  signal.throwIfAborted();
  throw interruption('SIGINT');
}
