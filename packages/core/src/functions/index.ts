export type {
  ArgumentsOf,
  FunctionContext,
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
  ToolSchema,
} from './function-definition.ts';
export { FunctionRegistry } from './function-registry.ts';
export type { ToolResult } from './tool-runner.ts';
