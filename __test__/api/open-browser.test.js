// openBrowser: opens only web addresses, uses no shell, and throws if no browser can be started.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { script } = require('../script');
const { without } = require('../parts');

const call = (url) =>
  `try { tba.openBrowser(${JSON.stringify(url)}); tell({}); } catch (error) { tell({ code: error.code, message: error.message }); }`;

test('only http and https addresses are opened', async (t) => {
  const it = await scene(t, { simulator: false });
  for (const url of ['file:///etc/hosts', 'javascript:alert(1)', '--version', 'x', '', 'http://user:pw@h.example/']) {
    const { told } = await script(it, call(url));
    assert.strictEqual(told[0].code, 'OPTION_INVALID', url);
  }
});

test('the error for a missing browser says what to do', async (t) => {
  const it = await scene(t, { simulator: false });
  const { told } = await script(it, call('https://h.example/'), { env: { BROWSER: path.join(it.root, 'missing') } });
  assert.strictEqual(told[0].code, 'BROWSER_FAILED');
  assert.match(told[0].message, /BROWSER/);
});

test('the browser gets any address as one argument, and the caller does not wait', {
  skip: without('posix'),
}, async (t) => {
  const it = await scene(t, { simulator: false });
  const seen = path.join(it.root, 'seen.json');
  const browser = it.browser(`require('fs').writeFileSync(${JSON.stringify(`${seen}.part`)}, JSON.stringify(process.argv.slice(2)));
require('fs').renameSync(${JSON.stringify(`${seen}.part`)}, ${JSON.stringify(seen)});
setTimeout(() => {}, 1500);`);
  const done = await script(it, call("https://h.example/?a=$(touch pwned)&b='x'&c=`id`&d=%26 e"), { env: { BROWSER: browser } });
  assert.ok(done.ms < 1500, `${done.ms} ms`);
  for (let tries = 0; tries < 100 && !fs.existsSync(seen); tries += 1) await new Promise((wait) => setTimeout(wait, 30));
  const argv = JSON.parse(fs.readFileSync(seen, 'utf8'));
  assert.strictEqual(argv.length, 1);
  assert.ok(argv[0].startsWith('https://h.example/?a=$(touch') && !/[\s'"]/.test(argv[0]), argv[0]);
  assert.ok(!fs.existsSync(path.join(it.project, 'pwned')));
});
