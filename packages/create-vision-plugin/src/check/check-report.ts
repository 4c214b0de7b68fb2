import type { Result } from '../result.ts';
import type { Style } from '../style.ts';
import type { Finding, FindingStatus, ProbeName } from './finding.ts';
import { spoken } from './questions.ts';
import type { Survey } from './survey.ts';
import type { Target } from './target.ts';
import { usageOf, works } from './usable.ts';
import { refusalOf } from './verdict.ts';

const titles: Readonly<Record<ProbeName, string>> = {
  models: 'list of models',
  chat: 'chat',
  streaming: 'chat, streamed',
  tools: 'tool calls',
  images: 'images',
  realtime: 'realtime',
};

const words: Readonly<Record<FindingStatus, string>> = {
  yes: 'yes',
  no: 'no',
  unclear: 'unclear',
  'not-tried': 'not tried',
};

export function checkResult(found: Survey, target: Target): Result {
  const usage = usageOf(found, target.keyVariable);
  const refusal = usage === undefined ? refusalOf(found, target) : undefined;
  const fix = refusal?.fix;
  const warnings = warningsOf(found, target);
  return {
    schemaVersion: 1,
    command: 'check',
    ok: refusal === undefined,
    exitCode: refusal?.exitCode ?? 0,
    check: {
      url: target.baseUrl,
      baseUrl: found.baseUrl,
      ...(found.model === undefined ? {} : { model: found.model }),
      findings: found.findings.map(({ probe, status, detail, reason, durationMs }) => ({
        probe,
        status,
        ...(detail === '' ? {} : { detail }),
        ...(reason === undefined ? {} : { reason }),
        ...(durationMs === undefined ? {} : { durationMs }),
      })),
      ...(usage !== undefined && { needsPlugin: false }),
      ...(refusal?.code === 'E_CHECK_NEEDS_PLUGIN' && { needsPlugin: true }),
      ...(usage !== undefined && { packages: [...usage.packages], code: usage.code }),
    },
    ...(usage === undefined ? {} : { next: [`npm install ${usage.packages.join(' ')}`] }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(refusal === undefined
      ? {}
      : {
          error: {
            code: refusal.code,
            message: refusal.message,
            ...(fix === undefined ? {} : { fix }),
          },
        }),
  };
}

export function checkText(found: Survey, target: Target, style: Style): string {
  const { baseUrl, model, findings } = found;
  const usage = usageOf(found, target.keyVariable);
  const heading = `${style.bold(baseUrl)}${model === undefined ? '' : `, asking ${model}`}`;
  const lines = [heading, '', ...findings.map((finding) => row(finding, style))];
  if (usage !== undefined) {
    const code = usage.code.trimEnd().split('\n');
    lines.push(
      '',
      'No plugin is needed:',
      '',
      ...code.map((line) => (line === '' ? '' : `  ${line}`)),
    );
    lines.push('', 'Next:', `  ${style.bold(`npm install ${usage.packages.join(' ')}`)}`);
  }
  return `${lines.join('\n')}\n`;
}

function row({ probe, status, detail, durationMs }: Finding, style: Style): string {
  const took = durationMs === undefined ? '' : spoken(durationMs);
  const rest = [took.padStart(7), detail].join('  ').trimEnd();
  return `  ${titles[probe].padEnd(15)} ${words[status].padEnd(9)} ${style.dim(rest)}`.trimEnd();
}

/** What someone should know who uses it all the same. */
function warningsOf(found: Survey, target: Target): string[] {
  const isMoved = found.baseUrl !== target.baseUrl;
  return [
    ...(isMoved ? [`The protocol is spoken at ${found.baseUrl}, not at ${target.baseUrl}.`] : []),
    ...(works(found, 'streaming') && !works(found, 'tools')
      ? ['An agent with functions needs another model: this one called none.']
      : []),
  ];
}
