import { describeTurnDetector, onnxModel } from '@vision-agents/testkit';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { TurnDetection } from './acme-model-turns.ts';

// A real model that takes what is loud for a voice: sigmoid(100 · energy - 10).
const model = onnxModel({
  inputs: [
    { name: 'samples', type: 'float32', shape: [1, 512] },
    { name: 'memory', type: 'float32', shape: [1, 16] },
  ],
  outputs: [
    { name: 'probability', type: 'float32', shape: [1, 1] },
    { name: 'next', type: 'float32', shape: [1, 16] },
  ],
  constants: { gain: 100, bias: 10 },
  nodes: [
    { operator: 'ReduceSumSquare', inputs: ['samples'], outputs: ['energy'] },
    { operator: 'Mul', inputs: ['energy', 'gain'], outputs: ['scaled'] },
    { operator: 'Sub', inputs: ['scaled', 'bias'], outputs: ['shifted'] },
    { operator: 'Sigmoid', inputs: ['shifted'], outputs: ['probability'] },
    { operator: 'Identity', inputs: ['memory'], outputs: ['next'] },
  ],
});

const folder = mkdtempSync(join(tmpdir(), 'acme-model-'));
const modelPath = join(folder, 'voice.onnx');
writeFileSync(modelPath, model);
afterAll(() => rmSync(folder, { recursive: true }));

describeTurnDetector({ create: () => new TurnDetection({ modelPath }) });
