import Handlebars from 'handlebars';
import * as z from 'zod';
import { contextSchema, partSchema } from '../src/context.ts';

const helpers = ['json', 'ts'];
const blocks = ['if', 'unless', 'each'];
const loopData = ['@first', '@index', '@last'];

/**
 * Problems of one template, as `line:column message`.
 *
 * Handlebars in strict mode lets a mistyped name pass in `{{#if}}`, in helper arguments and in partials; here every
 * name must be in the context that templates are given: those of a part also name what is theirs.
 */
export function lintTemplate(text: string, names: 'part' | 'together'): string[] {
  const scope =
    names === 'part' ? z.object({ ...contextSchema.shape, ...partSchema.shape }) : contextSchema;
  return [...lintText(text), ...lintSyntax(text, scope)];
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

function lintSyntax(text: string, scope: unknown): string[] {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = /on line (\d+)/.exec(message)?.[1] ?? '1';
    return [`${line}:1 ${message.split('\n').at(-1) ?? message}`];
  }
  const visitor = new ContextVisitor(scope);
  visitor.accept(program);
  return visitor.problems;
}

function positionAt(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

class ContextVisitor extends Handlebars.Visitor {
  readonly problems: string[] = [];
  /** What names stand for: inside `{{#each}}` an item, and around it what `../` leads to. */
  readonly #scopes: unknown[];

  constructor(scope: unknown) {
    super();
    this.#scopes = [scope];
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    const { path, params, hash } = mustache;
    if (!isPath(path)) return this.#report(mustache.loc, 'a literal is not a variable');
    if (params.length === 0) return this.#value(path);
    if (!helpers.includes(path.original))
      this.#report(path.loc, `unknown helper "${path.original}"`);
    if (params.length !== 1 || (hash?.pairs.length ?? 0) > 0)
      this.#report(path.loc, `"${path.original}" takes one value`);
    for (const param of params) this.accept(param);
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const { original } = block.path;
    if (!blocks.includes(original)) this.#report(block.path.loc, `unknown block "${original}"`);
    const [param] = block.params;
    if (original === 'each' && param !== undefined && isPath(param)) {
      const list = this.#resolve(param);
      if (!(list instanceof z.ZodArray))
        this.#report(param.loc, `"${param.original}" is not a list`);
      this.#scopes.unshift(list instanceof z.ZodArray ? list.element : undefined);
      this.accept(block.program);
      this.#scopes.shift();
    } else {
      for (const one of block.params) this.accept(one);
      this.accept(block.program);
    }
    if (block.inverse) this.accept(block.inverse);
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    this.#value(path);
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

  /** A name where a value is wanted: not that of an object or of a list of objects. */
  #value(path: hbs.AST.PathExpression): void {
    const isLoopData = path.data && this.#scopes.length > 1 && loopData.includes(path.original);
    if (isLoopData) return;
    const found = path.data ? undefined : this.#resolve(path);
    if (found === undefined || found instanceof z.ZodObject)
      this.#report(path.loc, `unknown name "${path.original}"`);
  }

  #resolve(path: hbs.AST.PathExpression): unknown {
    let schema: unknown = this.#scopes[path.depth];
    for (const part of path.parts) {
      if (!(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, part)) return undefined;
      schema = schema.shape[part];
    }
    return schema;
  }

  #report(loc: hbs.AST.SourceLocation, message: string): void {
    this.problems.push(`${loc.start.line}:${loc.start.column + 1} ${message}`);
  }
}

function isPath(node: hbs.AST.Expression): node is hbs.AST.PathExpression {
  return node.type === 'PathExpression';
}
