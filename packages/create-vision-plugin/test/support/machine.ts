import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The files that a command's name stands for on the PATH, in its order. */
export async function whereIs(command: string): Promise<string[]> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, command), constants.X_OK).then(
        () => [join(folder, command)],
        () => [],
      ),
    ),
  );
  return found.flat();
}

export async function isInstalled(command: string): Promise<boolean> {
  return (await whereIs(command)).length > 0;
}
