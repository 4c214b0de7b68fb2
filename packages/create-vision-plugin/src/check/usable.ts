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
  const named = { model: quoteTypeScript(model ?? 'default') };
  const elsewhere = { ...named, baseUrl: quoteTypeScript(baseUrl), ...apiKey };
  const openai = (className: string, variable: string): Instance => ({
    packageName: '@vision-agents/plugin-openai',
    className,
    variable,
    // A key of another service's, given to a class that would look for OpenAI's.
    options: isOwn && known === openAI ? { ...named, ...apiKey } : elsewhere,
  });
  if (!works(found, 'streaming')) return [];
  const sees = works(found, 'images');
  if (known === openRouter) {
    const options = isOwn ? { ...named, ...apiKey } : elsewhere;
    const llm = {
      packageName: '@vision-agents/plugin-openrouter',
      className: 'LLM',
      variable: 'llm',
      options,
    };
    return sees ? [llm, openai('ChatCompletionsVLM', 'vlm')] : [llm];
  }
  if (known === nvidia && sees) {
    const options = isOwn ? { ...named, ...apiKey } : elsewhere;
    return [
      openai('ChatCompletionsLLM', 'llm'),
      { packageName: '@vision-agents/plugin-nvidia', className: 'VLM', variable: 'vlm', options },
    ];
  }
  return [
    openai('ChatCompletionsLLM', 'llm'),
    ...(sees ? [openai('ChatCompletionsVLM', 'vlm')] : []),
  ];
}

function instanceCode({ className, variable, options }: Instance): string {
  const lines = Object.entries(options).map(([name, value]) => `  ${name}: ${value},`);
  return `export const ${variable} = new ${className}({\n${lines.join('\n')}\n});`;
}
