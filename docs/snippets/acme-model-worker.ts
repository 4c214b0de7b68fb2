import { readFile } from 'node:fs/promises';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';

export interface Job {
  modelPath: string;
  frame?: { samples: Float32Array; memory: Float32Array };
}

env.wasm.numThreads = 1; // further threads cost more than a frame does

let session: InferenceSession | undefined;

/** Runs in the thread, and may block it. Modules stay loaded, so the model is read once. */
export default async function run({ modelPath, frame }: Job): Promise<unknown> {
  session ??= await InferenceSession.create(await readFile(modelPath));
  if (!frame) return undefined;
  const { probability, next } = await session.run({
    samples: new Tensor('float32', frame.samples, [1, 512]),
    memory: new Tensor('float32', frame.memory, [1, 16]),
  });
  return { probability: probability?.data[0], memory: next?.data };
}
