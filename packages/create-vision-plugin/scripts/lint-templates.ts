import Handlebars from 'handlebars';
import * as z from 'zod';
import { contextSchema } from '../src/context.ts';

const helpers = ['json', 'ts'];
const blocks = ['if', 'unless', 'each'];

/**
 * Problems of one template, as `line:column message`.
 *
 * Handlebars in strict mode lets a mistyped name pass in `{{#if}}`, in helper arguments and in partials; here every
 * name must be in the context that templates are given.
 */
export function lintTemplate(text: string): string[] {
  return [...lintText(text), ...lintSyntax(text)];
}

function lintText(text: string): string[] {
  const problems: string[] = [];
  for (const match of text.matchAll(/\$\{\{/g)) {
    problems.push(
      `${positionAt(text, match.index)} "\${{" renders as "$": write "$\\{{" for a literal, "\${ {{name}} }" for a variable`,
    );
  }
  for (const match of text.matchAll(/\r/g))
    problems.push(`${positionAt(text, match.index)} a carriage return`);
  return problems;
}

function lintSyntax(text: string): string[] {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /on line (\d+)/.exec(message)?.[1] ?? '1';
    return [`${line}:1 ${message.split('\n').at(-1) ?? message}`];
  }
  const visitor = new ContextVisitor();
  visitor.accept(program);
  return visitor.problems;
}

function positionAt(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

class ContextVisitor extends Handlebars.Visitor {
  readonly problems: string[] = [];
  /** Inside `{{#each}}`, `this` is an item: names are not of the context there. */
  #depth = 0;

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { path, params, hash } = mustache;
    if (!isPath(path)) return this.#report(mustache.loc, 'a literal is not a variable');
    if (params.length === 0) return this.#name(path);
    if (!helpers.includes(path.original))
      this.#report(path.loc, `unknown helper "${path.original}"`);
    if (params.length !== 1 || (hash?.pairs.length ?? 0) > 0)
      this.#report(path.loc, `"${path.original}" takes one value`);
    for (const param of params) this.accept(param);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const { original } = block.path;
    if (!blocks.includes(original)) this.#report(block.path.loc, `unknown block "${original}"`);
    for (const param of block.params) this.accept(param);
    if (original === 'each') this.#depth++;
    this.accept(block.program);
    if (original === 'each') this.#depth--;
    if (block.inverse) this.accept(block.inverse);
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    this.#name(path);
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.#report(expression.loc, 'no expressions within expressions: keep templates thin');
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    this.#report(partial.loc, 'no partials');
  }

  override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
    this.#report(partial.loc, 'no partials');
  }

  #name(path: hbs.AST.PathExpression): void {
    if (this.#depth > 0 && path.depth === 0 && (path.data || path.original === 'this')) return;
    if (path.depth > 0 || path.data || !exists(path.parts))
      this.#report(path.loc, `unknown name "${path.original}"`);
  }

  #report(loc: hbs.AST.SourceLocation, message: string): void {
    this.problems.push(`${loc.start.line}:${loc.start.column + 1} ${message}`);
  }
}

function isPath(node: hbs.AST.PathExpression | hbs.AST.Literal): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}

/** Whether the context schema has a value at `ranges.core` and the like. */
function exists(parts: readonly string[]): boolean {
  let schema: unknown = contextSchema;
  for (const part of parts) {
    if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, part)) return false;
    schema = schema.shape[part];
  }
  return parts.length > 0 && !(schema instanceof z.ZodObject);
}
