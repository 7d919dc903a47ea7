/** The tree of a parsed template, and how its parts are named in messages. */
import { quoteGo } from '../encoding/quote-go.js';

/** `pos` is where a message points to: UTF-16 units from the start of the template. */
interface At {
  readonly pos: number;
}

export interface ListNode extends At {
  readonly kind: 'list';
  readonly nodes: Node[];
}
export interface VariableNode extends At {
  readonly kind: 'variable';
  /** The name with its dollar sign, then the fields. */
  readonly ident: readonly string[];
}
export interface NumberNode extends At {
  readonly kind: 'number';
  readonly text: string;
  /** The value as an integer of 64 bits, signed or not, when it is one. */
  readonly int: bigint | undefined;
  readonly float: number;
}
export interface CommandNode extends At {
  readonly kind: 'command';
  readonly args: Operand[];
}
export interface PipeNode extends At {
  readonly kind: 'pipe';
  readonly decl: VariableNode[];
  isAssign: boolean;
  readonly cmds: CommandNode[];
}
export interface FieldNode extends At {
  readonly kind: 'field';
  readonly ident: readonly string[];
}
export interface ChainNode extends At {
  readonly kind: 'chain';
  readonly node: Operand;
  readonly fields: readonly string[];
}
export interface IdentifierNode extends At {
  readonly kind: 'identifier';
  readonly ident: string;
}

export type Operand =
  | PipeNode
  | VariableNode
  | NumberNode
  | FieldNode
  | ChainNode
  | IdentifierNode
  | (At & { readonly kind: 'dot' | 'nil' })
  | (At & { readonly kind: 'bool'; readonly value: boolean })
  | (At & { readonly kind: 'string'; readonly quoted: string; readonly value: string });

export interface BranchNode extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface TemplateNode extends At {
  readonly kind: 'template';
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}
export interface ActionNode extends At {
  readonly kind: 'action';
  readonly pipe: PipeNode;
}

export type Node =
  | ListNode
  | BranchNode
  | TemplateNode
  | ActionNode
  | (At & { readonly kind: 'text'; readonly text: string })
  | (At & { readonly kind: 'break' | 'continue' });

export type AnyNode = Node | Operand | CommandNode;

/** The source of a node, in the normal form that messages show. */
export function nodeString(node: AnyNode): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(nodeString).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeString(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'template':
      return `{{template ${quoteGo(node.name)}${node.pipe ? ` ${nodeString(node.pipe)}` : ''}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.elseList ? `{{else}}${nodeString(node.elseList)}` : '';
      return `{{${node.kind} ${nodeString(node.pipe)}}}${nodeString(node.list)}${otherwise}{{end}}`;
    }
    case 'pipe': {
      const decl = node.decl.map(nodeString).join(', ') + (node.isAssign ? ' = ' : ' := ');
      return (node.decl.length > 0 ? decl : '') + node.cmds.map(nodeString).join(' | ');
    }
    case 'command':
      return node.args.map(operandString).join(' ');
    case 'chain':
      return [operandString(node.node), ...node.fields].join('.');
    case 'field':
      return node.ident.map((name) => `.${name}`).join('');
    case 'variable':
      return node.ident.join('.');
    case 'identifier':
      return node.ident;
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
  }
}

const operandString = (node: Operand) => (node.kind === 'pipe' ? `(${nodeString(node)})` : nodeString(node));

/** Reports whether a template says nothing but space: another definition of its name may take its place. */
export function isEmptyTree(node: Node): boolean {
  if (node.kind === 'list') return node.nodes.every(isEmptyTree);
  return node.kind === 'text' && node.text.trim() === '';
}
