export interface Job {
  /** The engine's module. */
  engine: string;
  samples: Float32Array | Int16Array;
  sampleRate: number;
}

/** Runs in the thread. */
export default async function run({ engine, samples, ...options }: Job): Promise<unknown> {
  const { transcribe } = Object(await import(engine));
  return transcribe(samples, options);
}
