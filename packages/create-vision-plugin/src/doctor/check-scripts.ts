import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { escaped, lineOf, MANIFEST } from './plugin-manifest.ts';
import { exists } from './subject.ts';
import type { Subject } from './subject.ts';

/** A file of code among the words of a script. */
const file = /(?<=^|\s)(?:\.\/)?((?:[\w-]+\/)+[\w.-]+\.[cm]?[jt]s)(?=\s|$)/g;

/** Whether the files that the scripts run are there, but for those that are built. */
export async function checkScripts(subject: Subject): Promise<Finding[]> {
  const { directory, manifest, manifestText, targets, context } = subject;
  const outputs = targets.map(({ path }) => `${path.split('/')[0] ?? ''}/`);
  const findings: Finding[] = [];
  for (const [name, script] of Object.entries(manifest.scripts ?? {})) {
    for (const [, path = ''] of script.matchAll(file)) {
      if (outputs.some((output) => path.startsWith(output))) continue;
      if (await exists(join(directory, path), context.fs)) continue;
      findings.push({
        rule: 'script-unresolved',
        level: 'warning',
        message: `The script "${name}" runs ${path}, which is not there.`,
        file: MANIFEST,
        line: lineOf(manifestText, `/scripts/${escaped(name)}`),
        fix: `Make ${path}, or remove the script.`,
      });
    }
  }
  return findings;
}
