import { catalogue, isPluginType, types } from '../src/catalogue.ts';

/** What is not of one type: always, with options that parts share, outside of a workspace, and with all that a turn of a conversation needs. */
const together = ['common', 'shared', 'standalone', 'conversation'];

/** Where templates may be: for each type its own folder and one for each transport, `stt` and `stt-ws`. */
export function knownFolders(): string[] {
  return [...together, ...foldersOfTypes()];
}

/** Where templates must be: those of what the catalogue offers. */
export function neededFolders(): string[] {
  return ['common', ...foldersOfTypes()];
}

/** The type whose templates a folder has, undefined for what types have together. */
export function typeOfFolder(folder: string): (typeof types)[number] | undefined {
  if (isPluginType(folder)) return folder;
  return types.find((type) => transportFolders(type).includes(folder));
}

/** Whether one plugin may get files of both folders: not of two transports of one type. */
export function rendersWith(first: string, second: string): boolean {
  if (first === second) return true;
  return !types.some((type) => {
    const folders = transportFolders(type);
    return folders.includes(first) && folders.includes(second);
  });
}

function foldersOfTypes(): string[] {
  return types.flatMap((type) => [type, ...transportFolders(type)]);
}

function transportFolders(type: (typeof types)[number]): string[] {
  return catalogue[type].transports.map((transport) => `${type}-${transport}`);
}
