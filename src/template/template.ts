/** Templates as `-f` takes them: the part of Go's text/template that data without reflection allows. Nothing is evaluated as code. */
import { TsgogetError } from '../errors.js';
import { builtins } from './builtins.js';
import { execute } from './executor.js';
import { type GoFunction, type TemplateFunction, toGo } from './go-value.js';
import { parseDefinitions } from './parser.js';

/** A parsed template; it can be executed any number of times. */
export interface Template {
  readonly name: string;
  /**
   * The output for data; see GoValue for what stands for what. Throws 'usage', worded as Go's, with the place in the
   * template; the cause is what a function threw.
   */
  execute(data: unknown): string;
}

/**
 * Parses a template. `funcs` are called as the builtin functions are, and go before them.
 * Throws 'usage' with Go's words: `template: main:1: unexpected "}" in operand`.
 */
export function parseTemplate(
  name: string,
  text: string,
  funcs: Readonly<Record<string, TemplateFunction>> = {},
): Template {
  const functions = new Map(Object.entries(funcs).map(([key, fn]) => [key, toGo(fn) as GoFunction]));
  const definitions = withinStack(name, () =>
    parseDefinitions(name, text, (word, orBuiltin) => functions.has(word) || (orBuiltin && builtins.has(word))),
  );
  const program = { name, text, definitions, functions };
  return { name, execute: (data) => withinStack(name, () => execute(program, toGo(data))) };
}

/** The limits on depth keep well within the usual stack; a caller may have used up most of it. */
function withinStack<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new TsgogetError('usage', `template: ${name}: too deep or too large`, { cause: error });
  }
}
