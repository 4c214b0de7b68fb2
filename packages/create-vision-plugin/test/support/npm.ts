/** Stands in for npm: records how it was called. */
export const npm = (exitCode: number): Record<string, string> => ({
  'npm-cli.js': `require('node:fs').writeFileSync('installed', process.argv.slice(2).join(' ')); console.log('noise'); process.exitCode = ${exitCode};`,
});
