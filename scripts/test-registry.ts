/**
 * Publishes everything to a registry on this machine, and uses it from there as a stranger does: other people's packages
 * come from the registry that npm is configured with. (`npm test` takes those that are installed here.)
 */
import { run } from './run.ts';

process.env['VISION_AGENTS_TEST_UPSTREAM'] = 'configured';
run('vitest', ['run', 'test/registry.e2e.test.ts']);
