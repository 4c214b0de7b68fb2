/** From a fresh clone to a working plugin: build, generate `acme`, install it, and let it hear real speech. */
import { run } from './run.ts';

console.log('Building the core, the testkit and the CLI …');
run(
  'turbo',
  ['run', 'build', '--filter=@vision-agents/testkit...', '--filter=create-vision-plugin'],
  {
    quiet: true,
  },
);
run('npx', ['create-vision-plugin', 'acme', '--type', 'stt', '--yes']);
run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true });
run('npm', ['run', '--silent', 'example', '-w', '@vision-agents/plugin-acme']);
console.log('\nNow make it yours: the protocol is in packages/plugins/acme/src/stt.ts.');
