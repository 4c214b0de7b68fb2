import type { AudioFormat } from '@vision-agents/core/audio';
import { installPeer, peerEntry } from './install.ts';

const entry = '@livekit/rtc-node/dist/index.js';

/** What we use of the package; it is installed by the benchmark alone, so its own types are out of reach. */
interface Livekit {
  AudioFrame: new (
    data: Int16Array,
    sampleRate: number,
    channels: number,
    samplesPerChannel: number,
  ) => object;
  AudioResampler: new (
    inputRate: number,
    outputRate: number,
    channels: number,
    quality: number,
  ) => { push(frame: object): readonly object[] };
}

/** Soxr, as livekit's agents use it. */
const mediumQuality = 2;

export function installLivekit(): void {
  installPeer('@livekit/rtc-node', '1.1.0', entry);
}

/** Pushes a chunk through a mono resampler; two channels are mixed here first, because that is cheaper than resampling both. */
export async function livekitResampler(
  from: AudioFormat,
  to: AudioFormat,
): Promise<(samples: Int16Array) => void> {
  const livekit: unknown = await import(peerEntry(entry).href);
  if (!isLivekit(livekit)) throw new TypeError('@livekit/rtc-node has no AudioResampler');
  const { AudioFrame, AudioResampler } = livekit;
  const resampler = new AudioResampler(from.sampleRate, to.sampleRate, 1, mediumQuality);
  return (samples) => {
    const mono = from.channels === 2 ? mixed(samples) : samples;
    resampler.push(new AudioFrame(mono, from.sampleRate, 1, mono.length));
  };
}

function isLivekit(module: unknown): module is Livekit {
  return ['AudioFrame', 'AudioResampler'].every(
    (name) => typeof Reflect.get(Object(module), name) === 'function',
  );
}

function mixed(stereo: Int16Array): Int16Array {
  const mono = new Int16Array(stereo.length / 2);
  for (let frame = 0; frame < mono.length; frame++) {
    mono[frame] = ((stereo[2 * frame] ?? 0) + (stereo[2 * frame + 1] ?? 0)) >> 1;
  }
  return mono;
}
