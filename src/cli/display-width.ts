/**
 * How many terminal cells a text takes, and cutting it to fit. Colour sequences take none and survive a cut.
 * Wide: East Asian Wide and Fullwidth scripts, and emoji (Unicode UAX #11, in the part that terminals agree on).
 */

const colorSequence = /\x1b\[[0-9;]*m/g;
const narrow = /^[\x20-\x7e]*$/;
const zeroWidth = /^[\p{M}\p{Cf}\p{Cc}]/u;
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|^\p{Emoji_Presentation}|\ufe0f/u;

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): Iterable<{ segment: string }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function graphemeWidth(segment: string): number {
  return zeroWidth.test(segment) ? 0 : wide.test(segment) ? 2 : 1;
}

export function displayWidth(text: string): number {
  const plain = text.replace(colorSequence, '');
  if (narrow.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemes(plain)) width += graphemeWidth(segment);
  return width;
}

/** The text, or as much of it as fits with '…' after it; colours that were begun are still ended. */
export function cutToWidth(text: string, columns: number): string {
  const pieces = text.split(/(\x1b\[[0-9;]*m)/);
  const isColor = (i: number) => i % 2 === 1;
  let width = 0;
  let fits = ''; // what stays if there is a cut
  let whole = '';
  for (const [i, piece] of pieces.entries()) {
    if (isColor(i)) {
      whole += piece;
      if (width < columns) fits = whole;
      continue;
    }
    for (const { segment } of graphemes(piece)) {
      width += graphemeWidth(segment);
      if (width > columns)
        return `${fits}${columns > 0 ? '…' : ''}${pieces.filter((_, j) => j > i && isColor(j)).join('')}`;
      whole += segment;
      if (width < columns) fits = whole;
    }
  }
  return text;
}

/** The text filled with spaces to a width. */
export function padTo(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? fill + text : text + fill;
}
