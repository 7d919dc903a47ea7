/** Builds the tree of a template. Errors are worded as Go's, with the line: `template: main:1: unexpected EOF`. */
import { quoteGo, unquoteGo } from '../encoding/quote-go.js';
import { TsgogetError } from '../errors.js';
import { Lexer, type Token, type TokenKind, tokenString } from './lexer.js';
import {
  type BranchNode,
  type CommandNode,
  isEmptyTree,
  type ListNode,
  type Node,
  nodeString,
  type Operand,
  type PipeNode,
  type VariableNode,
} from './node.js';
import { parseNumber } from './number-constant.js';

/** How deep parentheses and blocks may nest. */
const maxNesting = 500;

const operandKinds: ReadonlySet<TokenKind> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  '(',
]);
const literalKinds: ReadonlySet<Operand['kind']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

/** The definitions of a template by name, itself among them. Throws 'usage'. */
export function parseDefinitions(
  name: string,
  text: string,
  isFunction: (name: string, builtin: boolean) => boolean,
): Map<string, ListNode> {
  const definitions = new Map<string, ListNode>();
  const lexer = new Lexer(text, (word) => isFunction(word, false));
  new Parser({ name, lexer, isFunction: (word) => isFunction(word, true), definitions }).parse();
  return definitions;
}

/** What ends a list. */
interface End {
  readonly kind: 'end' | 'else';
  readonly pos: number;
}
type Item = Node | End;
const isEnd = (item: Item): item is End => item.kind === 'end' || item.kind === 'else';
const endString = (end: End) => `{{${end.kind}}}`;

/** What the parsers of one text share. */
interface Source {
  readonly name: string;
  readonly lexer: Lexer;
  readonly isFunction: (name: string) => boolean;
  readonly definitions: Map<string, ListNode>;
}

class Parser {
  readonly #source: Source;
  /** Tokens that were put back, the next one last. */
  readonly #pending: Token[] = [];
  /** The last token that the lexer gave: messages name its line. */
  #last: Token | undefined;
  #actionLine = 0;
  #variables = ['$'];
  #rangeDepth = 0;
  #nesting: number;

  constructor(source: Source, nesting = 0) {
    this.#source = source;
    this.#nesting = nesting;
  }

  parse(): void {
    const root: ListNode = { kind: 'list', pos: this.#peek().pos, nodes: [] };
    while (this.#peek().kind !== 'eof') {
      if (this.#peek().kind === 'left') {
        const left = this.#next();
        const token = this.#nextNonSpace();
        if (token.kind === 'define') {
          this.#child().#definition();
          continue;
        }
        this.#pending.push(token, left);
      }
      const item = this.#textOrAction();
      if (isEnd(item)) this.#fail(`unexpected ${endString(item)}`);
      root.nodes.push(item);
    }
    this.#define(this.#source.name, root);
  }

  /** A parser for another template of the same text: it sees no variables of this one. */
  #child(): Parser {
    return new Parser(this.#source, this.#nesting + 1);
  }

  #define(name: string, root: ListNode): void {
    const old = this.#source.definitions.get(name);
    if (old === undefined || isEmptyTree(old)) this.#source.definitions.set(name, root);
    else if (!isEmptyTree(root)) this.#fail(`template: multiple definition of template ${quoteGo(name)}`);
  }

  #fail(message: string): never {
    throw new TsgogetError('usage', `template: ${this.#source.name}:${this.#last?.line ?? 0}: ${message}`);
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') this.#fail(`unexpected ${tokenString(token)} in ${context}`);
    let where = '';
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      const action = token.text.endsWith(' action') ? '' : ' in action';
      where = `${action} started at ${this.#source.name}:${this.#actionLine}`;
    }
    this.#fail(token.text + where);
  }

  #next(): Token {
    const token = this.#pending.pop();
    if (token) return token;
    this.#last = this.#source.lexer.next();
    return this.#last;
  }

  #peek(): Token {
    const token = this.#next();
    this.#pending.push(token);
    return token;
  }

  #nextNonSpace(): Token {
    let token = this.#next();
    while (token.kind === 'space') token = this.#next();
    return token;
  }

  #peekNonSpace(): Token {
    const token = this.#nextNonSpace();
    this.#pending.push(token);
    return token;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextNonSpace();
    return token.kind === kind ? token : this.#unexpected(token, context);
  }

  #unquote(token: Token): string {
    return unquoteGo(token.text) ?? this.#fail('invalid syntax');
  }

  /** Runs `parse` one level deeper. */
  #nested<T>(parse: () => T): T {
    if (++this.#nesting > maxNesting) this.#fail('max expression depth exceeded');
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#unquote(this.#expect('string', context));
    this.#expect('right', context);
    const [list, end] = this.#itemList();
    if (end.kind !== 'end') this.#fail(`unexpected ${endString(end)} in ${context}`);
    this.#define(name, list);
  }

  #itemList(): [ListNode, End] {
    return this.#nested(() => {
      const list: ListNode = { kind: 'list', pos: this.#peekNonSpace().pos, nodes: [] };
      while (this.#peekNonSpace().kind !== 'eof') {
        const item = this.#textOrAction();
        if (isEnd(item)) return [list, item];
        list.nodes.push(item);
      }
      this.#fail('unexpected EOF');
    });
  }

  #textOrAction(): Item {
    const token = this.#nextNonSpace();
    if (token.kind === 'text') return { kind: 'text', pos: token.pos, text: token.text };
    if (token.kind !== 'left') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const item = this.#action();
    this.#actionLine = 0;
    return item;
  }

  #action(): Item {
    const token = this.#nextNonSpace();
    switch (token.kind) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token.kind, token.pos);
      case 'else':
        return this.#else();
      case 'end':
        return { kind: 'end', pos: this.#expect('right', 'end').pos };
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.kind);
      case 'template':
        return this.#template();
      default:
        this.#pending.push(token);
        return { kind: 'action', pos: token.pos, pipe: this.#pipeline('command', 'right') };
    }
  }

  #jump(kind: 'break' | 'continue', pos: number): Node {
    const token = this.#nextNonSpace();
    if (token.kind !== 'right') this.#unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos };
  }

  #else(): End {
    const token = this.#peekNonSpace();
    // an `if` or `with` is left for the branch that this belongs to
    if (token.kind === 'if' || token.kind === 'with') return { kind: 'else', pos: token.pos };
    return { kind: 'else', pos: this.#expect('right', 'else').pos };
  }

  #branch(kind: BranchNode['kind']): BranchNode {
    const known = this.#variables.length;
    const pipe = this.#pipeline(kind, 'right');
    if (kind === 'range') this.#rangeDepth++;
    const [list, end] = this.#itemList();
    if (kind === 'range') this.#rangeDepth--;
    const elseList = end.kind === 'else' ? this.#elseList(kind, end) : undefined;
    this.#variables.length = known;
    return { kind, pos: pipe.pos, pipe, list, elseList };
  }

  #elseList(kind: BranchNode['kind'], start: End): ListNode {
    if (kind !== 'range' && this.#peek().kind === kind) {
      this.#next();
      return { kind: 'list', pos: start.pos, nodes: [this.#nested(() => this.#branch(kind))] };
    }
    const [list, end] = this.#itemList();
    return end.kind === 'end' ? list : this.#fail(`expected end; found ${endString(end)}`);
  }

  #block(): Node {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'right');
    const child = this.#child();
    const [list, end] = child.#itemList();
    if (end.kind !== 'end') this.#fail(`unexpected ${endString(end)} in ${context}`);
    child.#define(name, list);
    return { kind: 'template', pos: token.pos, name, pipe };
  }

  #template(): Node {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#templateName(token, context);
    const next = this.#nextNonSpace();
    if (next.kind === 'right') return { kind: 'template', pos: token.pos, name, pipe: undefined };
    this.#pending.push(next);
    return { kind: 'template', pos: token.pos, name, pipe: this.#pipeline(context, 'right') };
  }

  #templateName(token: Token, context: string): string {
    return token.kind === 'string' ? this.#unquote(token) : this.#unexpected(token, context);
  }

  #pipeline(context: string, end: 'right' | ')'): PipeNode {
    const pipe: PipeNode = { kind: 'pipe', pos: this.#peekNonSpace().pos, decl: [], isAssign: false, cmds: [] };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.kind === end) break;
      if (!operandKinds.has(token.kind)) this.#unexpected(token, context);
      this.#pending.push(token);
      pipe.cmds.push(this.#command());
    }
    if (pipe.cmds.length === 0) this.#fail(`missing value for ${context}`);
    const stage = pipe.cmds.findIndex((c, i) => i > 0 && literalKinds.has(c.args[0]!.kind));
    if (stage > 0) this.#fail(`non executable command in pipeline stage ${stage + 1}`);
    return pipe;
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  #declarations(pipe: PipeNode, context: string): void {
    while (this.#peekNonSpace().kind === 'variable') {
      const variable = this.#next();
      const adjacent = this.#next();
      const next = adjacent.kind === 'space' ? this.#nextNonSpace() : adjacent;
      const isList = next.kind === 'char' && next.text === ',';
      if (next.kind !== 'assign' && next.kind !== 'declare' && !isList) {
        // a variable used as an operand: what comes after the space matters to the command
        this.#pending.push(next);
        if (adjacent !== next) this.#pending.push(adjacent);
        this.#pending.push(variable);
        return;
      }
      pipe.decl.push({ kind: 'variable', pos: variable.pos, ident: variable.text.split('.') });
      this.#variables.push(variable.text);
      if (!isList) {
        pipe.isAssign = next.kind === 'assign';
        return;
      }
      if (context !== 'range' || pipe.decl.length > 1) this.#fail(`too many declarations in ${context}`);
      if (!['variable', 'right', ')'].includes(this.#peekNonSpace().kind))
        this.#fail('range can only initialize variables');
    }
  }

  #command(): CommandNode {
    const command: CommandNode = { kind: 'command', pos: this.#peekNonSpace().pos, args: [] };
    for (;;) {
      const operand = this.#operand();
      if (operand) command.args.push(operand);
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right' || token.kind === ')') this.#pending.push(token);
      else if (token.kind !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (command.args.length === 0) this.#fail('empty command');
    return command;
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    const { kind, pos } = this.#peek();
    if (node === undefined || kind !== 'field') return node;
    const fields: string[] = [];
    while (this.#peek().kind === 'field') fields.push(this.#next().text.slice(1));
    if (node.kind === 'field' || node.kind === 'variable') return { ...node, pos, ident: [...node.ident, ...fields] };
    if (literalKinds.has(node.kind)) this.#fail(`unexpected . after term ${quoteGo(nodeString(node))}`);
    return { kind: 'chain', pos, node, fields };
  }

  #term(): Operand | undefined {
    const token = this.#nextNonSpace();
    const { pos, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!this.#source.isFunction(text)) this.#fail(`function ${quoteGo(text)} not defined`);
        return { kind: 'identifier', pos, ident: text };
      case 'dot':
      case 'nil':
        return { kind: token.kind, pos };
      case 'variable':
        return this.#variable(pos, text);
      case 'field':
        return { kind: 'field', pos, ident: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', pos, value: text === 'true' };
      case 'character':
      case 'complex':
      case 'number': {
        const number = parseNumber(pos, text);
        return typeof number === 'string' ? this.#fail(number) : number;
      }
      case '(':
        return this.#nested(() => this.#pipeline('parenthesized pipeline', ')'));
      case 'string':
        return { kind: 'string', pos, quoted: text, value: this.#unquote(token) };
      default:
        this.#pending.push(token);
        return undefined;
    }
  }

  #variable(pos: number, name: string): VariableNode {
    if (!this.#variables.includes(name)) this.#fail(`undefined variable ${quoteGo(name)}`);
    return { kind: 'variable', pos, ident: [name] };
  }
}
