// A row added to the table of options does not compile until every place that must know of it does.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { skipped } = require('../parts');
const { ROOT } = require('../scene');

const PARTS = ['src', 'crates', 'benches', 'build.rs', 'Cargo.toml', 'Cargo.lock'];
const LAST = "    /// The name Oracle's tools chose by themselves.\n";

/** What the compiler says of a copy of the crate with these rows added: the places of its errors, and the errors. */
function compiled(t, rows) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-row-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  for (const part of PARTS) fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  const table = path.join(folder, 'src', 'selection', 'options.rs');
  const before = fs.readFileSync(table, 'utf8');
  const after = before.replace(LAST, `${rows}${LAST}`);
  assert.notStrictEqual(after, before, 'the table ends as this test expects');
  fs.writeFileSync(table, after);
  // The dependencies are those of this checkout and need not be built again.
  const target = process.env.CARGO_TARGET_DIR || path.join(ROOT, 'target');
  const env = Object.assign({}, process.env, { CARGO_TARGET_DIR: target, CARGO_TERM_COLOR: 'never' });
  const cargo = spawnSync('cargo', ['build', '--lib', '--locked', '--offline', '--message-format=short'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (cargo.error) return null;
  const errors = cargo.stderr.split('\n').filter((line) => /: error/.test(line));
  return { status: cargo.status, errors, places: new Set(errors.map((line) => line.split(':')[0])) };
}

test('an option nobody reads: the compiler names the place that decides what it is for', { timeout: 300000 }, (t) => {
  const told = compiled(t, '    /// A new option.\n    colour: String = ["colour"] ["--colour"] ["NETSUITE_TBA_COLOUR"];\n');
  if (!told) return t.skip(skipped('cargo: it is not installed here'));
  assert.notStrictEqual(told.status, 0, 'it compiles although nothing reads the option');
  assert.deepStrictEqual(Array.from(told.places), [path.join('src', 'selection', 'request.rs')], told.errors.join('\n'));
  assert.ok(
    told.errors.every((line) => line.includes('colour')),
    told.errors.join('\n'),
  );
});

test('an option of a new kind: the compiler asks how it is read and how it tells two calls apart', { timeout: 300000 }, (t) => {
  const told = compiled(t, '    /// A new kind of option.\n    colour: char = ["colour"] [] [];\n');
  if (!told) return t.skip(skipped('cargo: it is not installed here'));
  assert.notStrictEqual(told.status, 0);
  assert.match(told.errors.join('\n'), /`char: Setting` is not satisfied/);
});
