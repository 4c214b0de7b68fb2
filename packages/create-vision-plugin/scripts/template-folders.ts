import { availableTypes, catalogue } from '../src/catalogue.ts';

/** `common`, and for each type that can be made its own folder and one for each transport: `stt`, `stt-ws`. */
export function availableFolders(): string[] {
  return ['common', ...availableTypes.flatMap((type) => [type, ...transportFolders(type)])];
}

/** Whether one plugin may get files of both folders: not of two transports of one type. */
export function rendersWith(first: string, second: string): boolean {
  if (first === second) return true;
  return !availableTypes.some((type) => {
    const folders = transportFolders(type);
    return folders.includes(first) && folders.includes(second);
  });
}

function transportFolders(type: (typeof availableTypes)[number]): string[] {
  return catalogue[type].available.map((transport) => `${type}-${transport}`);
}
