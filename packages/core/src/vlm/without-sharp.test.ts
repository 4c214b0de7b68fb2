import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

/** What watches and encodes, and prints how each failed. */
const program = `
  import { JpegEncoder } from './src/video/index.ts';
  import { VideoLLM } from './src/vlm/index.ts';

  class VLM extends VideoLLM {}
  const vlm = new VLM({ provider: 'acme' });
  const track = { id: 'camera', async *frames() { yield frame; } };
  const frame = { kind: 'rgba', width: 2, height: 2, timestampMs: 0, data: new Uint8Array(16) } as const;
  const failures = [new JpegEncoder().encode(frame), vlm.watchVideoTrack(track)].map((each) =>
    each.then(() => 'none', ({ kind, message }) => [kind ?? 'none', message]),
  );
  console.log(JSON.stringify(await Promise.all(failures)));
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'without-sharp-'));
  await cp(fileURLToPath(new URL('..', import.meta.url)), join(folder, 'src'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'watch.ts'), program);
  for (const name of [...Object.keys(manifest.dependencies), '@opentelemetry/api']) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(modules, name), link, 'junction');
  }
});

afterAll(() => rm(folder, { recursive: true }));

it('says how to install sharp, where it is needed and missing', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--experimental-strip-types',
    join(folder, 'watch.ts'),
  ]);
  const missing = 'Video frames are encoded by sharp, which is not installed: npm install sharp';
  expect(JSON.parse(stdout)).toEqual([
    ['none', missing],
    ['unsupported', `acme can't watch video. ${missing}`],
  ]);
});
