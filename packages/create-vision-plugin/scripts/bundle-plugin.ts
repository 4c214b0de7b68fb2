import { builtinModules, createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/** What node-plop imports and we never use: its prompts, its own rendering, its packs, its actions that write at once. */
const unusedByPlop =
  /^(?:inquirer|handlebars|resolve|dlv|change-case|title-case|\.\/actions\/index\.js)$/;

const stub = `
const unused = () => { throw new Error('not in this bundle'); };
export default { registerPrompt: unused };
export const camelCase = unused, snakeCase = unused, dotCase = unused, pathCase = unused, sentenceCase = unused,
  constantCase = unused, kebabCase = unused, pascalCase = unused, titleCase = unused;
`;

/** Node's own modules, under both of their names. */
const ofNode = new RegExp(`^(?:node:.+|(?:${builtinModules.join('|')}))$`);

/** What ws tries to load, and does without. */
const optionalOfWs = /^(?:bufferutil|utf-8-validate)$/;

/** Our `modules` that exist only in the bundle, and what is left out of it. */
export function bundlePlugin(modules: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'create-vision-plugin',
    setup(build) {
      build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
      // Its main module is for loaders of browsers, which a bundler can't look into.
      build.onResolve({ filter: /^jsonc-parser$/ }, ({ path }) => ({
        path: join(dirname(require.resolve(path)), '../esm/main.js'),
      }));
      build.onLoad({ filter: /.*/, namespace: 'virtual' }, ({ path }) => ({
        contents: modules.get(path) ?? `throw new Error('no ${path}')`,
        loader: 'js',
      }));
      // commander starts no programs for us.
      build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
        /[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'unused' } : undefined,
      );
      // Of Node's own modules only what is used is read: an `import` would read every export, and so load what Node
      // loads lazily. Each importer has its own, or they would be files to share.
      build.onResolve({ filter: ofNode }, ({ path, importer, kind }) => ({
        path,
        namespace: kind === 'require-call' ? 'node-required' : 'node-imported',
        suffix: `?${relative(build.initialOptions.absWorkingDir ?? '', importer)}`,
        sideEffects: false,
      }));
      build.onLoad({ filter: /.*/, namespace: 'node-required' }, ({ path }) => ({
        contents: `module.exports = ${builtin(path)};`,
        loader: 'js',
      }));
      build.onLoad({ filter: /.*/, namespace: 'node-imported' }, ({ path }) => ({
        contents: exportsOf(path),
        loader: 'js',
      }));
      build.onResolve({ filter: optionalOfWs }, ({ path }) => ({ path, namespace: 'missing' }));
      build.onLoad({ filter: /.*/, namespace: 'missing' }, ({ path }) => ({
        contents: `throw new Error('${path} is not in this bundle');`,
        loader: 'js',
      }));
      build.onResolve({ filter: unusedByPlop }, ({ path, importer }) => {
        if (/[\\/]node-plop[\\/]/.test(importer))
          return { path, namespace: 'unused', sideEffects: false };
        return path === 'handlebars'
          ? { path: require.resolve('handlebars/runtime.js') }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
        contents: path.startsWith('./actions') ? 'export {};' : stub,
        loader: 'js',
      }));
    },
  };
}

function builtin(path: string): string {
  return `process.getBuiltinModule(${JSON.stringify(path)})`;
}

/** A module with the exports of one of Node's, each of which is read only where it is used. */
function exportsOf(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {});
  return [
    `const $ = (name) => ${builtin(path)}[name];`,
    `export default /* @__PURE__ */ ${builtin(path)};`,
    ...names.map(
      (name) => `const $${name} = /* @__PURE__ */ $('${name}'); export { $${name} as ${name} };`,
    ),
  ].join('\n');
}
