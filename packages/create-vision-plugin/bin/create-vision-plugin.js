#!/usr/bin/env node
// Plain JavaScript that any Node.js of the last years can read, checked in so that npm can link it before a build.
// It imports nothing of Node: that would read all exports of a module, and load what Node loads lazily.
const needed = [22, 12];
const built = new URL('../dist/main.js', import.meta.url);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  refuse(
    'E_NODE_VERSION',
    `Node.js ${needed.join('.')} or later is needed; this is ${process.versions.node}.`,
    'Install a current release: https://nodejs.org',
  );
} else if (!process.getBuiltinModule('node:fs').existsSync(built)) {
  refuse('E_NOT_BUILT', 'The command is not built.', 'npm run build -w create-vision-plugin');
} else {
  process.getBuiltinModule('node:module').enableCompileCache();
  void import(built.href);
}

function refuse(code, message, fix) {
  process.exitCode = 4;
  if (process.argv.includes('--json')) {
    const error = { code, message, fix };
    console.log(
      JSON.stringify(
        { schemaVersion: 1, command: 'create', ok: false, exitCode: 4, error },
        null,
        2,
      ),
    );
  } else {
    console.error(`${code}  ${message}\n  ${fix}`);
  }
}
