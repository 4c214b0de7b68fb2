import { quoteTypeScript } from '../quote-typescript.ts';
import type { ProbeName } from './finding.ts';
import { nvidia, openAI, openRouter, providerAt } from './providers.ts';
import type { Survey } from './survey.ts';

/** How a service is used without a plugin of one's own. */
export interface Usage {
  /** The packages to install. */
  readonly packages: readonly string[];
  /** TypeScript that uses them, formatted. */
  readonly code: string;
}

interface Instance {
  readonly packageName: string;
  readonly className: string;
  readonly variable: string;
  readonly options: Readonly<Record<string, string>>;
}

export function works({ findings }: Survey, probe: ProbeName): boolean {
  return findings.some((finding) => finding.probe === probe && finding.status === 'yes');
}

/** The code for all that works, or undefined when nothing does that an agent could use. */
export function usageOf(found: Survey, keyVariable: string | undefined): Usage | undefined {
  const instances = instancesFor(found, keyVariable);
  if (instances.length === 0) return undefined;
  const byPackage = Map.groupBy(instances, ({ packageName }) => packageName);
  const imports = [...byPackage].map(([packageName, used]) => {
    const classes = used.map(({ className }) => className).toSorted();
    return `import { ${classes.join(', ')} } from ${quoteTypeScript(packageName)};`;
  });
  return {
    packages: [...byPackage.keys()],
    code: `${[imports.join('\n'), ...instances.map(instanceCode)].join('\n\n')}\n`,
  };
}

function instancesFor(found: Survey, keyVariable: string | undefined): Instance[] {
  const { baseUrl, model } = found;
  const known = providerAt(baseUrl);
  const isOwn = known?.baseUrl === baseUrl;
  const apiKey =
    keyVariable === undefined || (isOwn && keyVariable === known.keyVariable)
      ? {}
      : { apiKey: `process.env[${quoteTypeScript(keyVariable)}]` };
  const optionsFor = (name: string | undefined, atHome: boolean): Instance['options'] => ({
    model: quoteTypeScript(name ?? 'default'),
    ...(!atHome && { baseUrl: quoteTypeScript(baseUrl) }),
    ...apiKey,
  });
  const openai = (className: string, variable: string, name = model): Instance => ({
    packageName: '@vision-agents/plugin-openai',
    className,
    variable,
    // A key of another service's, given to a class that would look for OpenAI's.
    options: optionsFor(name, isOwn && known === openAI),
  });
  const ofProvider = (packageName: string, className: string, variable: string): Instance => ({
    packageName,
    className,
    variable,
    options: optionsFor(model, isOwn),
  });
  const sees = works(found, 'images');
  const seeing =
    known === nvidia
      ? ofProvider('@vision-agents/plugin-nvidia', 'VLM', 'vlm')
      : openai('ChatCompletionsVLM', 'vlm');
  const speaking =
    known === openRouter
      ? ofProvider('@vision-agents/plugin-openrouter', 'LLM', 'llm')
      : openai('ChatCompletionsLLM', 'llm');
  return [
    ...(works(found, 'streaming') ? [speaking, ...(sees ? [seeing] : [])] : []),
    ...(works(found, 'realtime') ? [openai('Realtime', 'realtime', found.realtimeModel)] : []),
  ];
}

function instanceCode({ className, variable, options }: Instance): string {
  const lines = Object.entries(options).map(([name, value]) => `  ${name}: ${value},`);
  return `export const ${variable} = new ${className}({\n${lines.join('\n')}\n});`;
}
