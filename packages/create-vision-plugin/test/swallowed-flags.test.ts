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
  ])('%j %j', ([argv, env, words]) => {
    expect(refusal(argv, { ...init, ...env })).toBe(
      `npx create-vision-plugin ${words}\nnpm create vision-plugin -- ${words}`,
    );
    expect(refusal(argv, { npm_command: 'exec', ...env })).toBeDefined();
  });
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
