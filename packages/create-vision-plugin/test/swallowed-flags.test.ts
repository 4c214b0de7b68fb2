import { describe, expect, test } from 'vitest';
import { CliError } from '../src/errors.ts';
import { createProgram, flagShapes } from '../src/program.ts';
import { refuseSwallowedFlags } from '../src/swallowed-flags.ts';

const nothing = {
  create: () => Promise.resolve(),
  add: () => Promise.resolve(),
  update: () => Promise.resolve(),
  check: () => Promise.resolve(),
  doctor: () => Promise.resolve(),
  list: () => Promise.resolve(),
};
const flags = flagShapes(createProgram('0.0.0', nothing, { out: () => undefined }));

function refusal(argv: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  try {
    refuseSwallowedFlags(argv, env, flags);
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    expect(error).toMatchObject({ code: 'E_NPM_SWALLOWED', exitCode: 2 });
    return error.fix;
  }
}

const init = { npm_command: 'init' };

describe('both commands that work are given', () => {
  test.for<[string[], NodeJS.ProcessEnv, string]>([
    [
      ['acme', 'stt'],
      { npm_config_type: 'true', npm_config_dry_run: 'true' },
      'acme --type stt --dry-run',
    ],
    [['stt', 'acme'], { npm_config_type: 'true' }, 'acme --type stt'],
    [['acme'], { npm_config_type: 'stt' }, 'acme --type stt'],
    [
      ['acme', 'stt', 'Acme AI'],
      { npm_config_type: 'true', npm_config_display_name: 'true' },
      "acme --type stt --display-name 'Acme AI'",
    ],
    [
      ['acme', 'x', 'y', 'stt'],
      { npm_config_type: 'true', npm_config_dir: 'true', npm_config_env_prefix: 'true' },
      'acme --type stt --dir <dir> --env-prefix <env-prefix>',
    ],
    [['acme', '--type', 'stt'], { npm_config_dry_run: 'true' }, 'acme --type stt --dry-run'],
    [['acme'], { npm_config_input: '' }, 'acme --no-input'],
    [['acme'], { npm_config_install: 'true' }, 'acme --install'],
    [
      ['check', 'http://[::1]:1/v1', 'llama'],
      { npm_config_model: 'true' },
      "check 'http://[::1]:1/v1' --model llama",
    ],
    [
      ['check', 'llama', 'http://x/v1'],
      { npm_config_model: 'true', npm_config_json: 'true' },
      'check http://x/v1 --json --model llama',
    ],
    [['check', 'http://x/v1'], { npm_config_model: 'llama' }, 'check http://x/v1 --model llama'],
    [
      ['check', 'http://x/v1', 'ACME_KEY', '5', 'llama'],
      { npm_config_api_key_env: 'true', npm_config_timeout: 'true', npm_config_model: 'true' },
      'check http://x/v1 --model llama --api-key-env ACME_KEY --timeout 5',
    ],
    [['check', 'x:1/v1', 'a', 'b'], { npm_config_model: 'true' }, 'check x:1/v1 --model <model>'],
    [['add', 'tts', 'plugins/acme'], { npm_config_to: 'true' }, 'add tts --to plugins/acme'],
    [['add', 'plugins/acme', 'tts'], { npm_config_to: 'true' }, 'add tts --to plugins/acme'],
    [
      ['update', 'a', 'b', 'keep'],
      { npm_config_on_conflict: 'true' },
      'update a b --on-conflict keep',
    ],
    [['update', 'a', 'b'], { npm_config_check: 'true' }, 'update a b --check'],
    [
      ['doctor', 'a', 'b'],
      { npm_config_fix: 'true', npm_config_dry_run: 'true' },
      'doctor a b --dry-run --fix',
    ],
    [['doctor'], { npm_config_run: 'true' }, 'doctor --run'],
    [['--quiet', 'doctor', 'a'], { npm_config_run: 'true' }, 'doctor --quiet a --run'],
    [['list'], { npm_config_json: 'true' }, 'list --json'],
  ])('%j %j', ([argv, env, words]) => {
    expect(refusal(argv, { ...init, ...env })).toBe(
      `npx create-vision-plugin ${words}\nnpm create vision-plugin -- ${words}`,
    );
    expect(refusal(argv, { npm_command: 'exec', ...env })).toBeDefined();
  });
});

test.for<[string[], NodeJS.ProcessEnv]>([
  [['check', 'http://x/v1', 'sk-secret'], { npm_config_api_key: 'true' }],
  [['check', 'sk-secret', 'http://me:sk-secret@x/v1?k=sk-secret'], { npm_config_api_key: 'true' }],
  [['check', 'http://x/v1'], { npm_config_api_key: 'sk-secret' }],
])('a key is not shown: %j %j', ([argv, env]) => {
  const fix = refusal(argv, { ...init, ...env });
  expect(fix).toContain('npx create-vision-plugin check http');
  expect(fix).toContain('--api-key-env <variable>');
  expect(fix).not.toContain('secret');
});

describe('nothing was swallowed', () => {
  test.for<[string[], NodeJS.ProcessEnv]>([
    [['acme', '--type', 'stt'], init],
    [['acme', '--type', 'stt'], { ...init, npm_config_type: 'stt' }],
    [['acme', '--type=stt'], { ...init, npm_config_type: 'stt' }],
    [['acme'], { npm_command: 'run-script', npm_config_type: 'true' }],
    [['acme'], { npm_config_type: 'true' }],
    [
      ['acme'],
      {
        ...init,
        npm_config_yes: 'true',
        npm_config_scope: '@corp',
        npm_config_json: 'false',
        npm_config_dry_run: '',
      },
    ],
  ])('%j %j', ([argv, env]) => {
    expect(refusal(argv, env)).toBeUndefined();
  });
});
