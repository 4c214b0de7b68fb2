/** How npm is started. */
export interface NpmProgram {
  readonly file: string;
  /** What comes before npm's own arguments. */
  readonly before: readonly string[];
  /** npm.cmd needs one; no text of the user's may be in such a command line. */
  readonly shell: boolean;
}

/** The npm that runs this, else the one on the PATH. */
export function npmProgram(env: NodeJS.ProcessEnv): NpmProgram {
  const script = env['npm_execpath'];
  return script !== undefined && /npm-cli\.c?js$/.test(script)
    ? { file: process.execPath, before: [script], shell: false }
    : { file: 'npm', before: [], shell: process.platform === 'win32' };
}
