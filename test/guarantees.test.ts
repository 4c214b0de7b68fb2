import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  clientRules,
  llmRules,
  localSTTRules,
  ownClientRules,
  processorRules,
  realtimeRules,
  requestTTSRules,
  segmentedSTTRules,
  sttRules,
  ttsRules,
  turnDetectorRules,
  vlmRules,
} from '@vision-agents/testkit';
import { describe, expect, it } from 'vitest';

const guide = fileURLToPath(new URL('../docs/guides/guarantees.md', import.meta.url));
const sections = readFileSync(guide, 'utf8').split(/^## /m).slice(1);

const ruleIds = new Set(
  [
    clientRules,
    llmRules,
    localSTTRules,
    ownClientRules,
    processorRules,
    realtimeRules,
    requestTTSRules,
    segmentedSTTRules,
    sttRules,
    ttsRules,
    turnDetectorRules,
    vlmRules,
  ].flatMap((rules) => rules.map(({ id }) => id)),
);

/** From `**Proved**` up to the next item of the list. */
function proofOf(section: string): string {
  return /\*\*Proved\*\*[\s\S]*?(?=\n- |\n*$)/.exec(section)?.[0] ?? '';
}

const proofs = sections.map((section) => ({
  guarantee: section.split('\n', 1)[0] ?? '',
  proof: proofOf(section),
}));

describe('each guarantee is proved by what there is', () => {
  it('is one of eight, and names many tests', () => {
    expect(proofs).toHaveLength(8);
    const named = proofs.flatMap(({ proof }) => proof.match(/"[^"]+"/g) ?? []);
    expect(named.length).toBeGreaterThan(20);
  });

  it.each(proofs)('$guarantee', ({ proof }) => {
    const ids = [...proof.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, id = '']) => id);
    expect(ids.filter((id) => !ruleIds.has(id))).toEqual([]);
    const files = [...proof.matchAll(/\]\((\S+\.test\.ts)\)([^[]*)/g)];
    expect(ids.length + files.length).toBeGreaterThan(0);
    for (const [, file = '', titles = ''] of files) {
      const tests = readFileSync(join(dirname(guide), file), 'utf8');
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g))
        expect(tests, file).toContain(`'${title}'`);
    }
  });
});
