/** Runs a parsed template over data. Errors name the place: `template: main:1:2: executing "main" at <.Foo>: …`. */
import { quoteGo } from '../encoding/quote-go.js';
import { printable } from './builtins.js';
import { Evaluator } from './evaluator.js';
import { Frame, type Program, type Run } from './frame.js';
import { sprint } from './go-format.js';
import {
  GoEnum,
  type GoValue,
  indirect,
  intOf,
  isFunction,
  isSlice,
  isTrue,
  sortedEntries,
  toGo,
  typeName,
} from './go-value.js';
import { type BranchNode, type Node, nodeString, type PipeNode, type TemplateNode } from './node.js';

/** How deep templates may call each other: enough for any listing, and well within the stack. */
const maxTemplateDepth = 200;

/** What cuts a list short. */
type Jump = 'break' | 'continue' | undefined;

/** The output of the program for data. Throws 'usage'. */
export function execute(program: Program, data: GoValue): string {
  const run: Run = { program, output: [], steps: 0, size: 0 };
  new Executor(run, program.name, data, 0).run();
  return run.output.join('');
}

class Executor {
  readonly #frame: Frame;
  readonly #evaluator: Evaluator;
  readonly #dot: GoValue;
  readonly #depth: number;

  constructor(run: Run, name: string, dot: GoValue, depth: number) {
    this.#frame = new Frame(run, name, dot);
    this.#evaluator = new Evaluator(this.#frame);
    this.#dot = dot;
    this.#depth = depth;
  }

  run(): void {
    this.#walk(this.#dot, this.#frame.run.program.definitions.get(this.#frame.name)!);
  }

  #walk(dot: GoValue, node: Node): Jump {
    this.#frame.step();
    this.#frame.node = node;
    switch (node.kind) {
      case 'action': {
        const value = this.#evaluator.pipeline(dot, node.pipe);
        if (node.pipe.decl.length > 0) return undefined;
        this.#frame.node = node;
        if (isFunction(value)) this.#frame.fail(`can't print ${nodeString(node)} of type ${typeName(value)}`);
        this.#frame.write(sprint([printable(value)]));
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'if':
      case 'with':
        return this.#ifOrWith(dot, node);
      case 'list':
        for (const n of node.nodes) {
          const jump = this.#walk(dot, n);
          if (jump) return jump;
        }
        return undefined;
      case 'range':
        return this.#range(dot, node);
      case 'template':
        this.#template(dot, node);
        return undefined;
      case 'text':
        this.#frame.write(node.text);
        return undefined;
    }
  }

  #ifOrWith(dot: GoValue, node: BranchNode): Jump {
    const mark = this.#frame.variables.length;
    const value = this.#evaluator.pipeline(dot, node.pipe);
    let jump: Jump;
    if (isTrue(value)) jump = this.#walk(node.kind === 'with' ? value : dot, node.list);
    else if (node.elseList) jump = this.#walk(dot, node.elseList);
    this.#frame.variables.length = mark;
    return jump;
  }

  #range(dot: GoValue, node: BranchNode): Jump {
    const outer = this.#frame.variables.length;
    const value = indirect(this.#evaluator.pipeline(dot, node.pipe));
    const mark = this.#frame.variables.length;
    let isEmpty = true;
    for (const [key, element] of this.#elements(value, node.pipe)) {
      isEmpty = false;
      this.#frame.step();
      this.#setRangeVariables(node.pipe, key, element);
      const jump = this.#walk(element, node.list);
      this.#frame.variables.length = mark;
      if (jump === 'break') break;
    }
    const jump = isEmpty && node.elseList ? this.#walk(dot, node.elseList) : undefined;
    this.#frame.variables.length = outer;
    return jump === 'break' ? undefined : jump;
  }

  *#elements(value: GoValue, pipe: PipeNode): Generator<[GoValue, GoValue]> {
    const count = intOf(value);
    if (count !== undefined) {
      if (pipe.decl.length > 1) this.#frame.fail(`can't use ${sprint([value])} to iterate over more than one variable`);
      for (let i = 0n; i < count; i++)
        yield [undefined, value instanceof GoEnum ? new GoEnum(value.typeName, Number(i), String(i)) : i];
    } else if (isSlice(value)) {
      for (const [i, element] of value.entries()) yield [BigInt(i), toGo(element)];
    } else if (value instanceof Map) {
      for (const [key, element] of sortedEntries(value)) yield [key, toGo(element)];
    } else if (value !== undefined) {
      this.#frame.fail(`range can't iterate over ${sprint([value])}`);
    }
  }

  #setRangeVariables(pipe: PipeNode, key: GoValue, element: GoValue): void {
    const values = pipe.decl.length > 1 ? [key, element] : [element];
    for (const [i, { ident }] of pipe.decl.entries()) {
      if (pipe.isAssign) this.#frame.variable(ident[0]!).value = values[i];
      else this.#frame.variables[this.#frame.variables.length - pipe.decl.length + i]!.value = values[i];
    }
  }

  #template(dot: GoValue, node: TemplateNode): void {
    if (!this.#frame.run.program.definitions.has(node.name))
      this.#frame.fail(`template ${quoteGo(node.name)} not defined`);
    if (this.#depth === maxTemplateDepth) this.#frame.fail(`exceeded maximum template depth (${maxTemplateDepth})`);
    const data = node.pipe ? this.#evaluator.pipeline(dot, node.pipe) : undefined;
    new Executor(this.#frame.run, node.name, data, this.#depth + 1).run();
  }
}
