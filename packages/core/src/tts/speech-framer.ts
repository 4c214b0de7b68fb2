import { checkAudioFormat } from '../audio/audio-format.ts';
import { PcmData, type AudioFormat } from '../audio/index.ts';
import type { PcmFields } from '../audio/pcm-init.ts';
import { ByteFramer } from '../audio/pcm-stream.ts';
import { WavStream } from '../audio/wav-stream.ts';
import { ProviderError } from '../errors/provider-error.ts';

/** How files begin that are no raw PCM. */
const containers: readonly (readonly [signature: string, name: string])[] = [
  ['ID3', 'MP3'],
  ['OggS', 'Ogg'],
  ['fLaC', 'FLAC'],
  ['\x1aE\xdf\xa3', 'WebM'],
];
/** By so many bytes a WAV can be told from raw audio. */
const SIGNATURE_BYTES = 12;

/**
 * Makes audio of a provider's bytes, which may be cut anywhere: raw ones of the declared format, or a WAV, whose header
 * says what it is. A header that was not expected is thus never heard as a click, nor its audio at a wrong pitch.
 */
export class SpeechFramer {
  readonly #provider: string;
  readonly #format: AudioFormat | undefined;
  #start: Uint8Array = new Uint8Array(0);
  #stream: ByteFramer | WavStream | undefined;

  constructor(init: { provider: string; format: AudioFormat | undefined }) {
    this.#provider = init.provider;
    this.#format = init.format;
    if (init.format) checkAudioFormat(init.format);
  }

  /** Bytes that made no whole frame; at the end they are lost. */
  get carriedBytes(): number {
    return this.#stream?.carriedBytes ?? this.#start.length;
  }

  /** @throws ProviderError kind `unsupported` for what is no PCM, or for raw bytes when no format is declared */
  push(bytes: Uint8Array): PcmData | undefined {
    if (this.#stream) return toPcm(this.#stream.push(bytes));
    const start = new Uint8Array(Buffer.concat([this.#start, bytes]));
    this.#start = start;
    if (start.length < SIGNATURE_BYTES && mayBe(start, 'RIFF')) return undefined;
    this.#stream = this.#streamOf(start);
    this.#start = new Uint8Array(0);
    return toPcm(this.#stream.push(start));
  }

  /** What was too short to be told from a header. */
  flush(): PcmData | undefined {
    if (this.#stream || this.#start.length === 0) return undefined;
    this.#stream = this.#raw();
    return toPcm(this.#stream.push(this.#start));
  }

  #streamOf(start: Uint8Array): ByteFramer | WavStream {
    const text = Buffer.from(start.subarray(0, SIGNATURE_BYTES)).toString('latin1');
    if (text.startsWith('RIFF') && text.endsWith('WAVE')) return new WavStream();
    const container = containers.find(([signature]) => text.startsWith(signature));
    if (!container) return this.#raw();
    throw this.#unsupported(
      `sent ${container[1]} where raw PCM or WAV was expected; ask it for PCM`,
    );
  }

  #raw(): ByteFramer {
    if (this.#format) return new ByteFramer(this.#format);
    throw this.#unsupported(
      'sent raw bytes, whose format is not known; declare it: super({ providerFormat })',
    );
  }

  #unsupported(what: string): ProviderError {
    const message = `${this.#provider} ${what}`;
    return new ProviderError({ provider: this.#provider, kind: 'unsupported', message });
  }
}

/** Whether it is, or may become, a text that begins with the signature. */
function mayBe(start: Uint8Array, signature: string): boolean {
  const text = Buffer.from(start).toString('latin1');
  return text.startsWith(signature) || signature.startsWith(text);
}

function toPcm(fields: PcmFields | undefined): PcmData | undefined {
  return fields && fields.samples.length > 0 ? new PcmData(fields) : undefined;
}
