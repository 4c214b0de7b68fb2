/** Everything the gate runs. Each step stops the run when it fails. */
import { run } from './run.ts';

run('oxfmt', ['--check']);
// The linter knows the types of our packages only once they are built.
run('turbo', ['run', 'build', '--output-logs=new-only']);
run('oxlint', ['--type-aware', '--deny-warnings']);
run('turbo', ['run', 'typecheck', '--output-logs=new-only']);
// One package after the other: each uses every core, and a contract has bounds on time.
run('turbo', ['run', 'test', '--concurrency=1', '--output-logs=new-only']);
run('tsc', ['-p', 'docs']);
run('tsc', ['-p', '.']);
run('vitest', ['run']);
