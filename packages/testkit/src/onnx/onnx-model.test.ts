import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { onnxModel } from './onnx-model.ts';

env.wasm.numThreads = 1;

describe('onnxModel', () => {
  it('writes a model that the real runtime loads and runs', async () => {
    const session = await InferenceSession.create(
      onnxModel({
        inputs: [
          { name: 'samples', type: 'float32', shape: [1, 300] },
          { name: 'rate', type: 'int64', shape: [] },
        ],
        outputs: [{ name: 'scaled', type: 'float32', shape: [1, 300] }],
        constants: { gain: 0.25, offset: -3 },
        nodes: [
          { operator: 'Mul', inputs: ['samples', 'gain'], outputs: ['louder'] },
          { operator: 'Add', inputs: ['louder', 'offset'], outputs: ['scaled'] },
        ],
      }),
    );
    expect(session.inputNames).toEqual(['samples', 'rate']);
    const samples = Float32Array.from({ length: 300 }, (_, index) => index);
    const { scaled } = await session.run({
      samples: new Tensor('float32', samples, [1, 300]),
      rate: new Tensor('int64', BigInt64Array.of(16_000n), []),
    });
    expect(scaled?.dims).toEqual([1, 300]);
    expect(scaled?.data).toEqual(samples.map((sample) => 0.25 * sample - 3));
    await session.release();
  });
});
