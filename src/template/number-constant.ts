/** Number and character constants, as Go writes them (go.dev/ref/spec#Integer_literals). */
import { quoteGo, unquoteGo } from '../encoding/quote-go.js';
import type { NumberNode } from './node.js';

/** The constant, or why it is none. Complex numbers and hexadecimal fractions are not supported. */
export function parseNumber(pos: number, text: string): NumberNode | string {
  if (text.startsWith("'")) {
    const code = parseCharacter(text);
    return typeof code === 'string' ? code : { kind: 'number', pos, text, int: BigInt(code), float: code };
  }
  const int = parseInteger(text);
  if (int !== undefined) {
    if (int < -(2n ** 63n) || int >= 2n ** 64n) return `integer overflow: ${quoteGo(text)}`;
    return { kind: 'number', pos, text, int, float: Number(int) };
  }
  const float = isFloat(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (!Number.isFinite(float)) return `illegal number syntax: ${quoteGo(text)}`;
  if (!/[.eE]/.test(text)) return `integer overflow: ${quoteGo(text)}`;
  const isWhole = Number.isInteger(float) && float >= -(2 ** 63) && float < 2 ** 64;
  return { kind: 'number', pos, text, int: isWhole ? BigInt(float) : undefined, float };
}

/** Underscores only stand between digits. */
const isFloat = (text: string) =>
  /^[+-]?[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d[\d_]*)?$/.test(text) &&
  /^[+-]?\.?\d/.test(text) &&
  !/_(?!\d)|(?<!\d)_/.test(text);

const integerForms: readonly [RegExp, string][] = [
  [/^([+-]?)0[xX]((?:_?[\da-fA-F])+)$/, '0x'],
  [/^([+-]?)0[oO]((?:_?[0-7])+)$/, '0o'],
  [/^([+-]?)0[bB]((?:_?[01])+)$/, '0b'],
  [/^([+-]?)0((?:_?[0-7])+)$/, '0o'],
  [/^([+-]?)((?:0|[1-9](?:_?\d)*))$/, ''],
];

function parseInteger(text: string): bigint | undefined {
  for (const [form, prefix] of integerForms) {
    const match = form.exec(text);
    if (!match) continue;
    const size = BigInt(prefix + match[2]!.replaceAll('_', ''));
    return match[1] === '-' ? -size : size;
  }
  return undefined;
}

/** The code point of a character constant, or why it is none. */
function parseCharacter(text: string): number | string {
  const body = text.slice(1, -1);
  const byte = /^\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2}))$/.exec(body);
  if (byte) return byte[1] === undefined ? Number.parseInt(byte[2]!, 8) : Number.parseInt(byte[1], 16);
  let char: string | undefined;
  if (body === '"') char = body;
  else if (body === "\\'") char = "'";
  else if (body !== '\\"') char = unquoteGo(`"${body}"`);
  if (char === undefined || char === '') return 'invalid syntax';
  const code = char.codePointAt(0)!;
  return char.length > (code > 0xffff ? 2 : 1) ? `malformed character constant: ${text}` : code;
}
