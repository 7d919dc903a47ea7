/** The run of one template: its variables, where an error would be, and what all templates of an execution share. */
import { quoteGo } from '../encoding/quote-go.js';
import { encodeUtf8 } from '../encoding/utf8.js';
import { TsgogetError } from '../errors.js';
import type { GoFunction, GoValue } from './go-value.js';
import { type AnyNode, type ListNode, nodeString } from './node.js';

/** How much a template may do and print before it is taken for one without end. */
const maxSteps = 2_000_000;
const maxOutput = 64 * 1024 * 1024;

export interface Program {
  readonly name: string;
  readonly text: string;
  readonly definitions: ReadonlyMap<string, ListNode>;
  readonly functions: ReadonlyMap<string, GoFunction>;
}

/** What the templates of one execution share: what they print, and how much they have done. */
export interface Run {
  readonly program: Program;
  readonly output: string[];
  steps: number;
  size: number;
}

interface Variable {
  readonly name: string;
  value: GoValue;
}

export class Frame {
  readonly run: Run;
  /** The template that runs: messages name it. */
  readonly name: string;
  readonly variables: Variable[];
  /** Where an error would be. */
  node: AnyNode | undefined;

  constructor(run: Run, name: string, dot: GoValue) {
    this.run = run;
    this.name = name;
    this.variables = [{ name: '$', value: dot }];
  }

  fail(message: string, cause?: unknown): never {
    const { name, text } = this.run.program;
    let where = name;
    if (this.node) {
      const before = text.slice(0, this.node.pos).split('\n');
      const column = encodeUtf8(before.at(-1)!).length;
      const at = `${name}:${before.length}:${column}`;
      where = `${at}: executing ${quoteGo(this.name)} at <${nodeString(this.node)}>`;
    }
    throw new TsgogetError('usage', `template: ${where}: ${message}`, { cause });
  }

  write(text: string): void {
    this.run.size += text.length;
    if (this.run.size > maxOutput) this.fail('the output is too large');
    this.run.output.push(text);
  }

  step(): void {
    if (++this.run.steps > maxSteps) this.fail('the template does not end');
  }

  variable(name: string): Variable {
    return this.variables.findLast((v) => v.name === name) ?? this.fail(`undefined variable: ${name}`);
  }
}
