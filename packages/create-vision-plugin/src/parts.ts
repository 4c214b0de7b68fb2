import type { Answers } from './answers.ts';
import { allTransports, catalogue, keyOf, types, variablesOf } from './catalogue.ts';
import type { Part, TemplateContext } from './context.ts';

/** What templates say of each type that a plugin provides. */
export function partsOf(answers: Answers): Part[] {
  return answers.types.map((type, index) => {
    const { title, className, transports } = catalogue[type];
    const transport = answers.transports[type] ?? transports[0];
    return {
      type,
      title,
      heading: title.charAt(0).toUpperCase() + title.slice(1),
      className,
      key: keyOf(type),
      transport,
      is: Object.fromEntries(allTransports.map((word) => [keyOf(word), word === transport])),
      service: serviceOf(answers, transport),
      sdk: (transport === 'sdk' ? answers.sdk?.name : undefined) ?? '',
      sdkRange: answers.sdk?.range ?? '',
      exampleScript: index === 0 ? 'example' : `example:${type}`,
    };
  });
}

/** What the templates of all parts say of them together. */
export function togetherOf(
  { types: chosen, transports, envPrefix }: Answers,
  parts: readonly Part[],
): Pick<TemplateContext, 'classNames' | 'parts' | 'shared' | 'variables' | 'with'> {
  const suffixes = chosen.map((type) =>
    variablesOf(type, transports[type] ?? catalogue[type].transports[0]),
  );
  return {
    parts: [...parts],
    with: Object.fromEntries(types.map((type) => [keyOf(type), chosen.includes(type)])),
    classNames: parts.map(({ className }) => className).join(', '),
    variables: [...new Set(suffixes.flat())].map((suffix) => `${envPrefix}_${suffix}`),
    shared: suffixes.filter((ofPart) => ofPart.includes('API_KEY')).length > 1,
  };
}

/** Folders of templates with the part whose they are: none for what the parts have together. */
export interface Selection {
  readonly folder: string;
  readonly part: Part | undefined;
}

/** Where the templates of a plugin are, in the order in which their sections follow each other. */
export function selectFolders({
  parts,
  shared,
  standalone,
  with: { stt, llm, tts },
}: Pick<TemplateContext, 'parts' | 'shared' | 'standalone' | 'with'>): Selection[] {
  const together = ['common', ...(shared ? ['shared'] : []), ...(standalone ? ['standalone'] : [])];
  return [
    ...together.map((folder) => ({ folder, part: undefined })),
    ...parts.flatMap((part) => [
      { folder: part.type, part },
      { folder: `${part.type}-${part.transport}`, part },
    ]),
    ...(stt && llm && tts ? [{ folder: 'conversation', part: undefined }] : []),
  ];
}

/** The provider's address as this transport needs it. */
function serviceOf({ name, baseUrl }: Answers, transport: string): string {
  const rest = (baseUrl ?? `https://api.${name}.example`).replace(/^\w+:\/\//, '');
  const isPlain = /^(?:http|ws):/.test(baseUrl ?? '');
  const scheme = transport === 'ws' ? 'ws' : 'http';
  return `${scheme}${isPlain ? '' : 's'}://${rest}`;
}
