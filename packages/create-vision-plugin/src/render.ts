// The build resolves `handlebars` to its runtime: templates arrive precompiled.
import Handlebars from 'handlebars';
import type { Part, TemplateContext } from './context.ts';
import { messageOf } from './errors.ts';
import { quoteTypeScript } from './quote-typescript.ts';
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
