/**
 * A tree with box characters. Depth is bounded by the heap, not the stack: a module graph can be a long chain.
 */
import type { TreeNode } from '../commands/command.js';
import { cutToWidth } from './display-width.js';

/** Lines with a newline each, the root's without a branch. */
export function formatTree(root: TreeNode, terminalColumns?: number): string {
  const lines: string[] = [];
  const open: { node: TreeNode; branch: string; indent: string }[] = [{ node: root, branch: '', indent: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const line = next.branch + next.node.label;
    lines.push(terminalColumns === undefined ? line : cutToWidth(line, terminalColumns));
    for (const [i, node] of [...next.node.children.entries()].reverse()) {
      const last = i === next.node.children.length - 1;
      open.push({
        node,
        branch: next.indent + (last ? '└── ' : '├── '),
        indent: next.indent + (last ? '    ' : '│   '),
      });
    }
  }
  return `${lines.join('\n')}\n`;
}
