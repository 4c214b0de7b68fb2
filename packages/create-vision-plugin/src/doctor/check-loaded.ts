import { keyOf, types } from '../catalogue.ts';
import type { Finding } from './finding.ts';
import type { Loaded, ProvidedClass } from './load.ts';
import { commandIn, whereIs } from './subject.ts';
import type { Subject } from './subject.ts';

/** What importing the plugin showed. */
export function checkLoaded(subject: Subject): Finding[] {
  const { loaded } = subject;
  if (loaded === undefined) return [];
  if (loaded.error !== undefined) return [failure(subject, loaded.error)];
  const effects = checkEffects(subject, loaded);
  const { plugin } = loaded;
  const at = whereProvided(subject);
  if (plugin === undefined || !plugin.isBranded) {
    return [
      ...effects,
      {
        rule: 'plugin-not-exported',
        level: 'error',
        message:
          plugin === undefined
            ? 'The package does not export `plugin`, which says what it provides.'
            : 'What is exported as `plugin` was not made by definePlugin().',
        ...at,
        fix: `Add to ${at.file ?? 'the entry'}: export const plugin = definePlugin({ name, spec: 1, provides: { … } })`,
      },
    ];
  }
  if (plugin.provides.length === 0) {
    return [
      ...effects,
      {
        rule: 'provides-nothing',
        level: 'error',
        message: 'The plugin provides nothing.',
        ...at,
        fix: `Name its classes in definePlugin(): provides: { stt: STT }. The keys are ${types.map(keyOf).join(', ')}.`,
      },
    ];
  }
  return [...effects, ...plugin.provides.flatMap((provided) => checkClass(subject, provided, at))];
}

/** Where the plugin says, or is to say, what it provides: in its source, if it has one. */
function whereProvided(subject: Subject): Pick<Finding, 'file' | 'line'> {
  const { code, entry, isBuilt } = subject;
  const said = whereIs(subject, 'definePlugin');
  if (said.file !== undefined) return said;
  const index = code.find(({ path }) => /^(?:src\/)?index\.[cm]?[jt]s$/.test(path));
  return { file: index?.path ?? (isBuilt ? entry?.path : undefined) };
}

function failure(subject: Subject, error: NonNullable<Loaded['error']>): Finding {
  const { entry, isBuilt } = subject;
  const isMissing = error.code === 'ERR_MODULE_NOT_FOUND';
  const install = /(?:^|\s)(npm install [^\n]+)$/.exec(error.message)?.[1];
  const [file, line] = /^(.*?):(\d+)(?::\d+)?$/.exec(error.at ?? '')?.slice(1) ?? [];
  return {
    rule: 'load-failed',
    level: 'error',
    message: `Importing the plugin fails: ${error.message.split('\n')[0] ?? ''}`,
    file: file ?? (isBuilt ? entry?.path : undefined),
    ...(line === undefined ? {} : { line: Number(line) }),
    fix:
      install ??
      (isMissing
        ? commandIn(subject, ['npm', 'install'], 'root')
        : "Correct what is thrown there: importing a plugin has no effects, so it can't fail."),
  };
}

function checkEffects(subject: Subject, { reads, resources = [] }: Loaded): Finding[] {
  const byVariable = new Map(reads.map((read) => [read.variable, read]));
  const findings = [...byVariable.values()].map(({ variable, at }): Finding => {
    const source = subject.code.find(({ facts }) =>
      facts?.variables.some(({ what, atImport }) => atImport && what === variable),
    );
    const found = source?.facts?.variables.find(({ what }) => what === variable);
    const [file, line] = /^(.*?):(\d+)/.exec(at)?.slice(1) ?? [];
    return {
      rule: 'env-at-import',
      level: 'error',
      message: `${variable} is read when the package is imported, before anyone could set it.`,
      file: source?.path ?? file,
      line: found?.line ?? (line === undefined ? undefined : Number(line)),
      fix: 'Declare it in `env` of defineOptions(): it is read when the class is made.',
    };
  });
  if (resources.length > 0) {
    findings.push({
      rule: 'import-effects',
      level: 'error',
      message: `Importing the package starts something that keeps running: ${[...new Set(resources)].join(', ')}.`,
      ...whereIs(subject, resources.includes('Timeout') ? 'setInterval' : 'listen('),
      fix: 'Start it in onStart(), and end it in onClose().',
    });
  }
  return findings;
}

function checkClass(
  subject: Subject,
  provided: ProvidedClass,
  at: Pick<Finding, 'file' | 'line'>,
): Finding[] {
  const { key, className, bases, base, isOfCategory, hasOptions, exportedAs } = provided;
  const declared = whereIs(subject, `class ${className}`);
  const place = declared.file === undefined ? at : declared;
  const findings: Finding[] = [];
  if (!isOfCategory) {
    const [nearest] = bases.filter((name) => name !== 'Component');
    findings.push({
      rule: 'provides-wrong-class',
      level: 'error',
      message: `provides.${key} is ${className}, which extends ${nearest ?? 'no base of core'}, and not ${base}.`,
      ...place,
      fix: `Extend ${base} of @vision-agents/core, or provide the class as what it is.`,
    });
  }
  if (exportedAs.length === 0) {
    findings.push({
      rule: 'class-not-exported',
      level: 'warning',
      message: `The package does not export ${className}, its class for ${key}, so nobody can make one.`,
      ...at,
      fix: `Export it${at.file === undefined ? '' : ` from ${at.file}`}: export { ${className} };`,
    });
  }
  if (!hasOptions) {
    findings.push({
      rule: 'options-missing',
      level: 'warning',
      message: `${className} has no static \`options\`, so nothing tells which options and variables it takes.`,
      ...place,
      fix: 'Declare them with defineOptions(), and add to the class: static readonly options = options;',
    });
  }
  return findings;
}
