import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { coreVersion } from '../version.ts';
import { definePlugin, isPlugin } from './define-plugin.ts';

class STT {
  readonly category = 'stt';
}

describe('definePlugin', () => {
  it('gives back what the package provides, frozen and branded', () => {
    const plugin = definePlugin({ name: 'acme', spec: 1, provides: { stt: STT } });
    expect(plugin.provides.stt).toBe(STT);
    expect(Object.isFrozen(plugin) && Object.isFrozen(plugin.provides)).toBe(true);
    expect(isPlugin(plugin)).toBe(true);
    expect(isPlugin({ name: 'acme', spec: 1, provides: { stt: STT } })).toBe(false);
  });

  it('computes the range and the install command for a spec it does not understand', () => {
    expect(() => definePlugin({ name: 'acme', spec: 2, provides: {} })).toThrow(
      `Plugin acme is written for spec 2; @vision-agents/core ${coreVersion} understands spec 1. Run: npm install @vision-agents/core@latest`,
    );
    expect(() => definePlugin({ name: 'acme', spec: 0, provides: {} })).toThrow(
      'npm install @vision-agents/plugin-acme@latest',
    );
  });

  it('refuses a name or a category that cannot be', () => {
    expect(() => definePlugin({ name: 'Acme AI', spec: 1, provides: {} })).toThrow('"Acme AI"');
    const provides: Record<string, unknown> = { sst: STT };
    expect(() => definePlugin({ name: 'acme', spec: 1, provides })).toThrow(
      'the categories are stt, tts',
    );
    const wrong: Record<string, unknown> = { stt: 'STT' };
    expect(() =>
      Reflect.apply(definePlugin, undefined, [{ name: 'acme', spec: 1, provides: wrong }]),
    ).toThrow('a class is expected, got "STT"');
  });

  it('knows its own version', async () => {
    const manifest: unknown = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(manifest).toMatchObject({ version: coreVersion });
  });
});
