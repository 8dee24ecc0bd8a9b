'use strict';

// Draws the pictures of a terminal as one SVG. It plays once and stays on the last picture. Without animation, or if
// the reader prefers reduced motion, only the last picture is shown. It needs no embedded font.

const WIDTH = 8.4; // of a character, in user units; each piece of text is stretched to fit, whatever the font is
const HEIGHT = 19;
const MARGIN = 18;
const BAR = 34;

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const number = (value) => String(Math.round(value * 10) / 10);

/** Wraps a line between words into rows that fit. */
function folded(pieces, columns) {
  const text = pieces.map((piece) => piece.text).join('');
  if (text.length <= columns) return [pieces];
  const space = text.lastIndexOf(' ', columns);
  const end = space > 0 ? space : columns;
  return [cut(pieces, 0, end)].concat(folded(cut(pieces, space > 0 ? end + 1 : end, text.length), columns));
}

/** The pieces between two columns. */
function cut(pieces, from, to) {
  let column = 0;
  const parts = pieces.map(({ text, style }) => {
    const part = text.slice(Math.max(0, from - column), Math.max(0, to - column));
    column += text.length;
    return { text: part, style };
  });
  return parts.filter(({ text }) => text);
}

function drawnRow(pieces, row) {
  const y = BAR + MARGIN + row * HEIGHT;
  let column = 0;
  const parts = pieces.map(({ text, style }) => {
    const lead = text.length - text.trimStart().length;
    const shown = text.trim();
    const x = MARGIN + (column + lead) * WIDTH;
    column += text.length;
    if (!shown) return '';
    return `<tspan x="${number(x)}" textLength="${number(shown.length * WIDTH)}"${style ? ` class="${style}"` : ''}>${escaped(shown)}</tspan>`;
  });
  return parts.join('') && `<text y="${y}">${parts.join('')}</text>`;
}

/** For each row, the first picture that shows it and the first that does not. A row that stays is drawn once. */
function spans(pictures) {
  const found = [];
  const open = new Map();
  pictures.forEach((rows, at) => {
    for (const [row, span] of open) {
      if (rows[row] === span.text) continue;
      found.push({ ...span, to: at });
      open.delete(row);
    }
    rows.forEach((text, row) => {
      if (text && !open.has(row)) open.set(row, { text, from: at });
    });
  });
  for (const span of open.values()) found.push({ ...span, to: pictures.length });
  return found;
}

/** Groups the rows that appear and disappear together. */
function groups(pictures, starts) {
  const together = new Map();
  for (const { text, from, to } of spans(pictures)) {
    const key = `${from}-${to}`;
    if (!together.has(key)) together.set(key, { from, to, rows: [] });
    together.get(key).rows.push(text);
  }
  const stays = (to) => to === pictures.length;
  return Array.from(together.values(), ({ from, to, rows }) => {
    const timing = stays(to)
      ? `animation-delay:${number(starts[from])}s`
      : `animation-delay:${number(starts[from])}s;animation-duration:${number(starts[to] - starts[from])}s`;
    return `<g class="${stays(to) ? 'stays' : 'passes'}" style="${timing}">\n${rows.join('\n')}\n</g>`;
  });
}

const STYLE = `
svg { --back: #ffffff; --bar: #eaeef2; --line: #d0d7de; --text: #1f2328; --faint: #59636e; --green: #116329; --cyan: #0b6070; --magenta: #8250df; --red: #b31d28; --yellow: #7d4e00; --blue: #0550ae; }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --bar: #21262d; --line: #3d444d; --text: #e6edf3; --faint: #9198a1; --green: #7ee787; --cyan: #76e3ea; --magenta: #d2a8ff; --red: #ffa198; --yellow: #e3b341; --blue: #a5d6ff; }
}
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; fill: var(--text); white-space: pre; }
.faint { fill: var(--faint); } .strong { font-weight: 600; } .green { fill: var(--green); } .cyan { fill: var(--cyan); } .magenta { fill: var(--magenta); }
.red { fill: var(--red); } .yellow { fill: var(--yellow); } .blue { fill: var(--blue); }
.stays { animation: shown 1ms step-end backwards; }
.passes { visibility: hidden; animation: passing 1ms step-end; }
@keyframes shown { from { visibility: hidden; } }
@keyframes passing { from, to { visibility: visible; } }
@media (prefers-reduced-motion: reduce) { .stays, .passes { animation: none; } }
`;

/** Draws `frames`, a list of `{ lines, pause }` in the order in which they are shown. */
function draw(frames, { columns, title, description }) {
  const pictures = frames.map(({ lines }) => lines.flatMap((pieces) => folded(pieces, columns)).map(drawnRow));
  const starts = [0];
  for (const { pause } of frames) starts.push(starts[starts.length - 1] + pause);
  const [width, height] = [2 * MARGIN + columns * WIDTH, BAR + MARGIN + HEIGHT * Math.max(...pictures.map((rows) => rows.length))].map(
    Math.ceil,
  );
  const lights = [0, 1, 2].map((at) => `<circle cx="${MARGIN + 6 + at * 20}" cy="${BAR / 2}" r="6" fill="var(--line)"/>`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>${STYLE}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="var(--back)" stroke="var(--line)"/>
<path d="M1 ${BAR}V10a9 9 0 0 1 9-9h${width - 20}a9 9 0 0 1 9 9v${BAR - 10}z" fill="var(--bar)"/>
${lights}
${groups(pictures, starts).join('\n')}
</svg>
`;
}

module.exports = { draw };
