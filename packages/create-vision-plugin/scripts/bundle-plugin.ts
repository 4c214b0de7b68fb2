import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
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

/** Our modules that exist only in the bundle, and what is left out of it. */
export function bundlePlugin(releaseModule: string): Plugin {
  return {
    name: 'create-vision-plugin',
    setup(build) {
      build.onResolve({ filter: /^virtual:release$/ }, ({ path }) => ({
        path,
        namespace: 'virtual',
      }));
      // Its main module is for loaders of browsers, which a bundler can't look into.
      build.onResolve({ filter: /^jsonc-parser$/ }, ({ path }) => ({
        path: join(dirname(require.resolve(path)), '../esm/main.js'),
      }));
      build.onLoad({ filter: /^virtual:release$/, namespace: 'virtual' }, () => ({
        contents: releaseModule,
        loader: 'js',
      }));
      // commander starts no programs for us.
      build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
        /[\\/]commander[\\/]/.test(importer) ? { path, namespace: 'unused' } : undefined,
      );
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
