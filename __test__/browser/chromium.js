// Starts a Chromium without network, profile and sandbox, and a sign-in whose page is opened in it.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { chromium: player } = require('playwright-core');
const parts = require('../parts');
const { scene } = require('../scene');

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let running = null;

/** One browser for all tests of a file. `closeBrowser` ends it. */
async function browser() {
  running = running || player.launch({ executablePath: parts.chromium(), args: FLAGS, headless: true });
  return running;
}

async function closeBrowser() {
  if (running) await (await running).close();
  running = null;
}

/** A new page that records all its requests. */
async function newPage(t, { colorScheme = 'light', viewport = { width: 900, height: 900 } } = {}) {
  const context = await (await browser()).newContext({ colorScheme, viewport });
  t.after(() => context.close());
  const page = await context.newPage();
  page.asked = [];
  page.complaints = [];
  page.on('request', (request) => page.asked.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  return page;
}

/** A sign-in that waits for Allow: its scene, the consent URL and the promise of its result. */
async function signIn(t, options, { simulator, env } = {}) {
  const it = await scene(t, { simulator });
  let found;
  const address = new Promise((resolve) => {
    found = resolve;
  });
  const answer = it.call(
    { authId: 'dev', browser: true, ...options },
    {
      env: { BROWSER: '/bin/true', ...env },
      onStderr: (text) => {
        const match = /^ {2}(http\S+authorizetoken\S+)$/m.exec(text);
        if (match) found(match[1]);
      },
    },
  );
  // A failed test must not leave an unhandled rejection.
  answer.catch(() => {});
  const url = await Promise.race([
    address,
    answer.then((done) => {
      throw new Error(done.stderr);
    }),
  ]);
  return { it, url, answer };
}

/** Asserts that axe-core finds no violations. It is injected by the debugger, which pages cannot prevent. */
async function assertAccessible(page, where) {
  await page.evaluate(fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations, passes } = await page.evaluate('axe.run(document)');
  assert.ok(passes.length > 5, 'axe looked at something');
  assert.deepStrictEqual(
    violations.map((each) => `${where}: ${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`),
    [],
  );
}

/** Takes a screenshot if SCREENSHOTS names a folder. */
async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

module.exports = { assertAccessible, closeBrowser, newPage, picture, signIn };
