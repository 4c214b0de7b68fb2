/** Emphasis on a terminal; plain text elsewhere and where `NO_COLOR` is set. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
}

export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const wanted = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const code = (open: number, close: number) => {
    return (text: string): string =>
      wanted && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  };
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39) };
}
