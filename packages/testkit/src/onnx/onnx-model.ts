/** The element types of ONNX that a small model needs, by their numbers in `TensorProto.DataType`. */
const elementTypes = { float32: 1, int64: 7 } as const;

/** A tensor that goes in or out. */
export interface OnnxValue {
  readonly name: string;
  readonly type: keyof typeof elementTypes;
  /** Empty for a single number. */
  readonly shape: readonly number[];
}

/** One operation: its outputs are the inputs of others, by name. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** In an order in which each has its inputs. */
  readonly nodes: readonly OnnxNode[];
  /** Numbers that nodes name as their inputs. */
  readonly constants?: Readonly<Record<string, number>> | undefined;
}

/** Versions that every runtime of the last years reads. */
const IR_VERSION = 8;
const OPERATOR_SET = 13;

/**
 * Writes a real ONNX model, for a test that loads one as a plugin does and must not download it.
 *
 * It is a protocol buffer; the numbers of the fields are those of `onnx.proto3`
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
 */
export function onnxModel({ inputs, outputs, nodes, constants = {} }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => message(1, nodeProto(node))),
    ...text(2, 'graph'),
    ...Object.entries(constants).flatMap(([name, value]) => message(5, constant(name, value))),
    ...inputs.flatMap((value) => message(11, valueInfo(value))),
    ...outputs.flatMap((value) => message(12, valueInfo(value))),
  ];
  return Uint8Array.from([
    ...integer(1, IR_VERSION),
    ...message(7, graph),
    ...message(8, integer(2, OPERATOR_SET)),
  ]);
}

function nodeProto({ operator, inputs, outputs }: OnnxNode): number[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...outputs.flatMap((name) => text(2, name)),
    ...text(4, operator),
  ];
}

/** A `TensorProto` of one 32-bit float. */
function constant(name: string, value: number): number[] {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [
    ...integer(1, 1),
    ...integer(2, elementTypes.float32),
    ...text(8, name),
    ...message(9, bytes),
  ];
}

function valueInfo({ name, type, shape }: OnnxValue): number[] {
  const dimensions = shape.flatMap((size) => message(1, integer(1, size)));
  const tensor = [...integer(1, elementTypes[type]), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

function integer(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)];
}

function text(field: number, value: string): number[] {
  return message(field, new TextEncoder().encode(value));
}

function message(field: number, bytes: Iterable<number>): number[] {
  const content = [...bytes];
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
}

/** Seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
