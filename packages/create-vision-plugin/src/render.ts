// The build resolves `handlebars` to its runtime: templates arrive precompiled.
import Handlebars from 'handlebars';
import type { Part, TemplateContext } from './context.ts';
import { messageOf } from './errors.ts';
import type { Template } from './release.ts';

export interface RenderedFile {
  /** Relative to the plugin, with `/`. */
  readonly path: string;
  readonly content: string;
}

/** Helpers that a template may call, and their implementation. */
export const helpers: Readonly<Record<string, (value: unknown) => string>> = {
  json: (value) => JSON.stringify(value),
  ts: (value) => quoteTypeScript(String(value)),
};

const handlebars = Handlebars.create();
for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);

/** Renders one template, byte for byte apart from its variables. */
export function render(template: Template, context: TemplateContext & Partial<Part>): RenderedFile {
  try {
    const path =
      typeof template.path === 'string'
        ? template.path
        : handlebars.template(template.path)(context);
    return { path, content: handlebars.template(template.content)(context) };
  } catch (error) {
    throw new Error(`${template.source}: ${messageOf(error)}`, { cause: error });
  }
}

/** A string literal as formatters write it: single quotes unless that means more escapes. */
function quoteTypeScript(value: string): string {
  const escaped = JSON.stringify(value)
    .slice(1, -1)
    .replaceAll(String.raw`\"`, '"')
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
  const singles = value.split("'").length;
  const doubles = value.split('"').length;
  return singles > doubles
    ? `"${escaped.replaceAll('"', String.raw`\"`)}"`
    : `'${escaped.replaceAll("'", String.raw`\'`)}'`;
}
