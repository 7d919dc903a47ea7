/** The values of a template's pipelines: fields, variables, calls, and arguments held against their parameters. */
import { messageOf } from '../errors.js';
import { type Builtin, builtins } from './builtins.js';
import type { Frame } from './frame.js';
import { sprint } from './go-format.js';
import {
  fromGo,
  GoFloat,
  type GoFunction,
  GoNil,
  GoStruct,
  type GoType,
  type GoValue,
  indirect,
  isFunction,
  isSlice,
  isTrue,
  toGo,
  typeName,
} from './go-value.js';
import {
  type ChainNode,
  type CommandNode,
  type FieldNode,
  type IdentifierNode,
  type NumberNode,
  nodeString,
  type Operand,
  type PipeNode,
  type VariableNode,
} from './node.js';

/** Stands for the value of an earlier stage of a pipeline where there is none. */
const missing = Symbol('missing');
type Final = GoValue | typeof missing;

/** What an operand is evaluated with: dot, the words of its command (itself the first) and the value of the stage before. */
interface Stage {
  readonly dot: GoValue;
  readonly args: readonly Operand[];
  readonly final: Final;
}

/** An operand without arguments. */
const alone = (dot: GoValue): Stage => ({ dot, args: [], final: missing });

export class Evaluator {
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  pipeline(dot: GoValue, pipe: PipeNode): GoValue {
    this.#frame.node = pipe;
    let value: Final = missing;
    // a nil interface at the end of a stage is no value
    for (const command of pipe.cmds) value = this.#command(dot, command, value) ?? undefined;
    const result = value as GoValue;
    for (const { ident } of pipe.decl) {
      if (pipe.isAssign) this.#frame.variable(ident[0]!).value = result;
      else this.#frame.variables.push({ name: ident[0]!, value: result });
    }
    return result;
  }

  #notAFunction({ args, final }: Stage): void {
    if (args.length > 1 || final !== missing)
      this.#frame.fail(`can't give argument to non-function ${nodeString(args[0]!)}`);
  }

  #command(dot: GoValue, command: CommandNode, final: Final): GoValue {
    this.#frame.step();
    const stage: Stage = { dot, args: command.args, final };
    const first = command.args[0]!;
    switch (first.kind) {
      case 'field':
        return this.#field(first, stage);
      case 'chain':
        return this.#chain(first, stage);
      case 'identifier':
        return this.#function(first, command, stage);
      case 'pipe':
        this.#notAFunction(stage);
        return this.pipeline(dot, first);
      case 'variable':
        return this.#variableChain(first, stage);
    }
    this.#frame.node = first;
    this.#notAFunction(stage);
    if (first.kind === 'nil') this.#frame.fail('nil is not a command');
    return this.#literal(dot, first);
  }

  #literal(
    dot: GoValue,
    node: Exclude<Operand, { kind: 'nil' | 'field' | 'chain' | 'identifier' | 'pipe' | 'variable' }>,
  ): GoValue {
    switch (node.kind) {
      case 'dot':
        return dot;
      case 'number':
        return this.#idealConstant(node);
      default:
        return (node as { value: string | boolean }).value;
    }
  }

  /** A number where no type is asked for: its form tells. */
  #idealConstant(node: NumberNode): GoValue {
    this.#frame.node = node;
    const isHexadecimal = /^0[xX]./.test(node.text);
    if (!isHexadecimal && !node.text.startsWith("'") && /[.eEpP]/.test(node.text)) return new GoFloat(node.float);
    if (node.int! >= 2n ** 63n) this.#frame.fail(`${node.text} overflows int`);
    return node.int;
  }

  #field(node: FieldNode, stage: Stage): GoValue {
    this.#frame.node = node;
    return this.#fieldChain(stage.dot, node.ident, node, stage);
  }

  #chain(node: ChainNode, stage: Stage): GoValue {
    this.#frame.node = node;
    const value = this.#argument(stage.dot, undefined, node.node);
    return this.#fieldChain(value, node.fields, node, stage);
  }

  #variableChain(node: VariableNode, stage: Stage): GoValue {
    this.#frame.node = node;
    const [name, ...fields] = node.ident;
    const { value } = this.#frame.variable(name!);
    if (fields.length > 0) return this.#fieldChain(value, fields, node, stage);
    this.#notAFunction(stage);
    return value;
  }

  /** `.X.Y.Z`, the last with arguments. */
  #fieldChain(start: GoValue, names: readonly string[], node: Operand, stage: Stage): GoValue {
    let value = start;
    for (const name of names.slice(0, -1)) value = this.#member(value, name, node, alone(stage.dot));
    return this.#member(value, names.at(-1)!, node, stage);
  }

  /** A field, method or map member by name. */
  #member(receiver: GoValue, name: string, node: Operand, stage: Stage): GoValue {
    if (receiver === undefined) return undefined;
    const type = receiver === null ? 'interface {}' : typeName(receiver);
    if (receiver === null) this.#frame.fail(`nil pointer evaluating ${type}.${name}`);
    if (receiver instanceof GoNil && receiver.methods.has(name)) {
      this.#frame.node = node;
      this.#frame.fail(`error calling ${name}: ${receiver.methods.get(name)}`);
    }
    const hasArgs = stage.args.length > 1 || stage.final !== missing;
    if (receiver instanceof GoStruct) {
      const method = receiver.methods.get(name);
      if (method !== undefined) return this.#call(toGo(method) as GoFunction, name, node, stage);
      if (receiver.fields.has(name)) {
        if (hasArgs) this.#frame.fail(`${name} has arguments but cannot be invoked as function`);
        return toGo(receiver.fields.get(name));
      }
    } else if (receiver instanceof Map) {
      if (hasArgs) this.#frame.fail(`${name} is not a method but has arguments`);
      return toGo(receiver.get(name));
    } else if (receiver instanceof GoNil && (receiver.fields?.has(name) ?? true)) {
      this.#frame.fail(`nil pointer evaluating ${type}.${name}`);
    }
    this.#frame.fail(`can't evaluate field ${name} in type ${type}`);
  }

  #function(node: IdentifierNode, at: CommandNode | Operand, stage: Stage): GoValue {
    this.#frame.node = node;
    const name = node.ident;
    const own = this.#frame.run.program.functions.get(name);
    if (own) return this.#call(own, name, at, stage);
    const builtin = builtins.get(name)!;
    if (name === 'and' || name === 'or') return this.#shortCircuit(builtin, name, stage);
    const values = this.#arguments(builtin, name, stage);
    return this.#safely(at, name, () => {
      const [, fn] = stage.args;
      if (name !== 'call') return builtin.call(...values);
      return callValue(fn ? nodeString(fn) : sprint(values.slice(0, 1)), values);
    });
  }

  #shortCircuit(builtin: Builtin, name: 'and' | 'or', stage: Stage): GoValue {
    const { dot, final } = stage;
    const args = stage.args.slice(1);
    this.#checkCount(builtin, name, args.length, final);
    let value: GoValue;
    for (const arg of args) {
      value = this.#argument(dot, 'value', arg);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return final === missing ? value : final;
  }

  /** Calls a function of the caller, or a method. */
  #call(fn: GoFunction, name: string, at: CommandNode | Operand, stage: Stage): GoValue {
    const values = this.#arguments(fn, name, stage);
    return this.#safely(at, name, () => callFunction(fn, values));
  }

  #safely(at: CommandNode | Operand, name: string, call: () => GoValue): GoValue {
    try {
      return call();
    } catch (error) {
      this.#frame.node = at;
      return this.#frame.fail(`error calling ${name}: ${messageOf(error)}`, error);
    }
  }

  #checkCount(fn: GoFunction | Builtin, name: string, given: number, final: Final): void {
    const count = given + (final === missing ? 0 : 1);
    const least = fn.params.length - 1;
    if (fn.variadic && count < least)
      this.#frame.fail(`wrong number of args for ${name}: want at least ${least} got ${given}`);
    if (!fn.variadic && count !== fn.params.length)
      this.#frame.fail(`wrong number of args for ${name}: want ${fn.params.length} got ${count}`);
  }

  /** The values of the arguments, checked against the parameters; `final` comes last. */
  #arguments(fn: GoFunction | Builtin, name: string, { dot, args: all, final }: Stage): GoValue[] {
    const args = all.slice(1);
    this.#checkCount(fn, name, args.length, final);
    const typeAt = (i: number) => fn.params[Math.min(i, fn.params.length - 1)]!;
    const values = args.map((arg, i) => this.#argument(dot, typeAt(i), arg));
    if (final !== missing) values.push(this.#validate(final, typeAt(values.length)));
    return values;
  }

  /** The value of an argument. Without a type, whatever it is. */
  #argument(dot: GoValue, type: GoType | undefined, node: Operand): GoValue {
    this.#frame.node = node;
    switch (node.kind) {
      case 'dot':
        return this.#validate(dot, type);
      case 'nil':
        if (type === 'value' || type === undefined) return undefined;
        if (type === 'any') return null;
        if (type === '[]string') return [];
        return this.#frame.fail(`cannot assign nil to ${type}`);
      case 'field':
        return this.#validate(this.#field(node, alone(dot)), type);
      case 'variable':
        return this.#validate(this.#variableChain(node, alone(dot)), type);
      case 'pipe':
        return this.#validate(this.pipeline(dot, node), type);
      case 'identifier':
        return this.#validate(this.#function(node, node, alone(dot)), type);
      case 'chain':
        return this.#validate(this.#chain(node, alone(dot)), type);
    }
    switch (type) {
      case undefined:
      case 'any':
      case 'value':
        return this.#literal(dot, node);
      case 'string':
        return node.kind === 'string' ? node.value : this.#frame.fail(`expected string; found ${nodeString(node)}`);
      case 'bool':
        return node.kind === 'bool' ? node.value : this.#frame.fail(`expected bool; found ${nodeString(node)}`);
      case 'int': {
        const int = node.kind === 'number' ? node.int : undefined;
        return int !== undefined && int < 2n ** 63n
          ? int
          : this.#frame.fail(`expected integer; found ${nodeString(node)}`);
      }
      case 'float64':
        return node.kind === 'number'
          ? new GoFloat(node.float)
          : this.#frame.fail(`expected float; found ${nodeString(node)}`);
      default:
        return this.#frame.fail(`can't handle ${nodeString(node)} for arg of type ${type}`);
    }
  }

  /** The value as the type wants it. */
  #validate(value: GoValue, type: GoType | undefined): GoValue {
    if (type === undefined || type === 'value') return value;
    if (type === 'any') return value ?? null;
    if (value === undefined) return type === '[]string' ? [] : this.#frame.fail(`invalid value; expected ${type}`);
    if (isA(value, type)) return value;
    const pointed = indirect(value);
    if (pointed !== value && isA(pointed, type)) return pointed;
    if (value instanceof GoNil && value.typeName === type)
      this.#frame.fail(`dereference of nil pointer of type ${type}`);
    return this.#frame.fail(
      `wrong type for value; expected ${type}; got ${value === null ? 'interface {}' : typeName(value)}`,
    );
  }
}

function isA(value: GoValue, type: GoType): boolean {
  if (type === '[]string') return isSlice(value) && value.every((element) => typeof element === 'string');
  return typeName(value) === type;
}

const callFunction = (fn: GoFunction, values: readonly GoValue[]): GoValue =>
  toGo((fn.call as (...args: unknown[]) => unknown)(...values.map(fromGo)));

/** The `call` builtin: its first value is the function. */
function callValue(name: string, [fn, ...values]: readonly GoValue[]): GoValue {
  if (fn === undefined || fn === null) throw new Error('call of nil');
  if (!isFunction(fn)) throw new Error(`non-function ${name} of type ${typeName(fn)}`);
  const want = fn.params.length;
  if (fn.variadic && values.length < want - 1)
    throw new Error(`wrong number of args for ${name}: got ${values.length} want at least ${want - 1}`);
  if (!fn.variadic && values.length !== want)
    throw new Error(`wrong number of args for ${name}: got ${values.length} want ${want}`);
  for (const [i, value] of values.entries()) {
    const type = fn.params[Math.min(i, want - 1)]!;
    if (type === 'any' || type === 'value' || isA(value, type)) continue;
    throw new Error(
      `arg ${i}: ${value === undefined ? `value is nil; should be of type ${type}` : `value has type ${typeName(value)}; should be ${type}`}`,
    );
  }
  return callFunction(fn, values);
}
