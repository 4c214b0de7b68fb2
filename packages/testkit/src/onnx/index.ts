export { onnxModel } from './onnx-model.ts';
export type { OnnxGraph, OnnxNode, OnnxValue } from './onnx-model.ts';
