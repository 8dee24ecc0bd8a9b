'use strict';

// Converts the screen of a terminal to lines of styled text.

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'faint'];

/** The style of a cell: a colour, `strong`, `faint`, or nothing. */
function styleOf(cell) {
  if (cell.isFgPalette()) {
    const colour = cell.getFgColor();
    // 8 to 15 are the bright colours. Programs use bright black, a grey, for less important text.
    return colour === 8 ? 'faint' : NAMES[colour % 8];
  }
  if (cell.isDim()) return 'faint';
  return cell.isBold() ? 'strong' : '';
}

/** The text and style of each non-empty cell of a row. */
function cellsOf(line) {
  const cells = [];
  for (let column = 0; column < line.length; column += 1) {
    const cell = line.getCell(column);
    if (cell.getWidth() > 0) cells.push({ text: cell.getChars() || ' ', style: styleOf(cell) });
  }
  while (cells.length && cells[cells.length - 1].text === ' ') cells.pop();
  return cells;
}

/** Joins neighbouring cells of the same style. */
function joined(cells) {
  const pieces = [];
  for (const { text, style } of cells) {
    const last = pieces[pieces.length - 1];
    if (last && last.style === style) last.text += text;
    else pieces.push({ text, style });
  }
  return pieces;
}

/** Replaces part of the text. The new text has the style of the first character it replaces. */
function replaced(cells, mask) {
  const before = cells.map((cell) => cell.text).join('');
  const after = mask(before);
  if (before === after) return cells;
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const { style } = cells[Math.min(start, cells.length - 1)];
  const between = Array.from(after.slice(start, after.length - end), (text) => ({ text, style }));
  return cells.slice(0, start).concat(between, cells.slice(cells.length - end));
}

/** The lines of a screen as pieces `{ text, style }`, after the masks have been applied to each line. */
function linesOf(screen, masks) {
  const buffer = screen.buffer.active;
  const lines = [];
  for (let row = 0; row < buffer.length; row += 1) lines.push(cellsOf(buffer.getLine(row)));
  while (lines.length && lines[lines.length - 1].length === 0) lines.pop();
  return lines.map((cells) => joined(masks.reduce(replaced, cells)));
}

module.exports = { linesOf };
