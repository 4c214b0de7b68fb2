import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Candidate, Section } from '../candidate.ts';
import { peerEntry } from '../peers/install.ts';
import { createVite, grafana } from '../peers/scaffolders.ts';

const run = promisify(execFile);
const ours = fileURLToPath(
  new URL('../../../../packages/create-vision-plugin/bin/create-vision-plugin.js', import.meta.url),
);

/** Starts a program in an empty folder; what it is to make must be there afterwards, or the figure would be of a failure. */
function starts(name: string, args: readonly string[], makes?: string): Candidate {
  return {
    name,
    async prepare() {
      // A new folder for each run, because what is there already is not made again.
      const folders: string[] = [];
      const folder = async (): Promise<string> => {
        const path = await mkdtemp(join(tmpdir(), 'bench-scaffold-'));
        folders.push(path);
        return path;
      };
      let next = await folder();
      return {
        items: 1,
        runs: 1,
        async run() {
          await run(process.execPath, [...args], { cwd: next, env: plainEnvironment() });
        },
        async after() {
          if (makes !== undefined && !existsSync(join(next, makes)))
            throw new Error(`${name} did not make ${makes}`);
          next = await folder();
        },
        async end() {
          await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })));
        },
      };
    },
  };
}

/** What npm sets would be taken for flags that it has swallowed. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

function peer(path: string): string {
  return fileURLToPath(peerEntry(path));
}

const bareNode = starts('node -e 0', ['-e', '0']);

export const scaffold: Section = {
  title: 'Scaffolding',
  item: 'run',
  rounds: 10,
  rows: [
    {
      id: 'scaffold-help',
      title: '--help',
      candidates: [
        starts('ours', [ours, '--help']),
        bareNode,
        starts('create-vite', [peer(createVite.entry), '--help']),
      ],
    },
    {
      id: 'scaffold-generate',
      title: 'all files of a project, without an install',
      candidates: [
        starts(
          'ours',
          [ours, 'acme', '--type', 'stt', '--standalone', '--no-git', '--yes'],
          'acme/src/stt.ts',
        ),
        bareNode,
        starts(
          'create-vite',
          [peer(createVite.entry), 'acme', '--template', 'vanilla-ts', '--no-interactive'],
          'acme/package.json',
        ),
        starts(
          '@grafana/create-plugin',
          [
            peer(grafana.entry),
            'generate',
            '--plugin-type=panel',
            '--plugin-name=acme',
            '--org-name=acme',
            '--no-backend',
          ],
          'acme-acme-panel/package.json',
        ),
      ],
    },
  ],
};
