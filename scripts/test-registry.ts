/** Publishes everything to a registry on this machine, and uses it from there as a stranger does. */
import { run } from './run.ts';

process.env['VISION_AGENTS_REGISTRY_TEST'] = '1';
run('vitest', ['run']);
