/** Everything the gate runs. Each step stops the run when it fails. */
import { run } from './run.ts';

run('oxfmt', ['--check']);
run('oxlint', ['--type-aware', '--deny-warnings']);
run('turbo', ['run', 'build', 'typecheck', 'test', '--output-logs=new-only']);
run('tsc', ['-p', 'docs']);
run('tsc', ['-p', '.']);
run('vitest', ['run', 'test/', 'docs/']);
