// The sign-in in a real Chromium: consent page, role, Allow or Deny, and the last page.
'use strict';

const assert = require('node:assert');
const { after, test } = require('node:test');
const { without } = require('../parts');
const { assertAccessible, closeBrowser, newPage, picture, signIn } = require('./chromium');

const skip = without('chromium');
// Only the browser that brought the answer knows where its last page is.
const LAST_PAGE = /\/tba\/done\/[A-Za-z0-9]{32}$/;

after(closeBrowser);

for (const colorScheme of ['light', 'dark']) {
  test(`after choosing a role and Allow, the last page does not contain the verifier (${colorScheme})`, { skip }, async (t) => {
    const { it, url, answer } = await signIn(t, { account: '1234567_SB1' });
    const page = await newPage(t, { colorScheme });
    await page.goto(url);
    await assertAccessible(page, 'consent page');
    await page.getByLabel(/SC Developer/).check();
    await picture(page, `consent-${colorScheme}`);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(LAST_PAGE);
    const done = await answer;
    assert.deepStrictEqual([done.session.account, done.session.role, done.session.source], ['1234567_SB1', '1000', 'generated']);
    assert.ok(page.url().startsWith(`http://localhost:${it.port}/tba/done/`), page.url());
    assert.match(
      await page.textContent('body'),
      /You are signed in[\s\S]*account 1234567_SB1 is saved as [\s\S]*You can close this window/,
    );
    await assertAccessible(page, 'success page');
    await picture(page, `success-${colorScheme}`);
    assert.deepStrictEqual(page.complaints, []);
    const elsewhere = page.asked.filter(
      (asked) => !asked.startsWith(it.simulator.url) && !asked.startsWith(`http://localhost:${it.port}/`),
    );
    assert.deepStrictEqual(elsewhere, [], 'nothing is loaded from other hosts');
  });

  test(`after Deny, the last page says that nothing was saved (${colorScheme})`, { skip }, async (t) => {
    const { url, answer } = await signIn(t, { account: '1234567' });
    const page = await newPage(t, { colorScheme });
    await page.goto(url);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Access was denied' }).waitFor();
    assert.strictEqual((await answer).error.code, 'SIGN_IN_DENIED');
    await assertAccessible(page, 'Deny page');
    await picture(page, `deny-${colorScheme}`);
  });
}

test('Back after the success page does not show the verifier again', { skip }, async (t) => {
  const { url, answer } = await signIn(t, {});
  const page = await newPage(t);
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(LAST_PAGE);
  await answer;
  assert.doesNotMatch(await page.evaluate('document.referrer'), /oauth_verifier/);
  await page.goBack().catch(() => {});
  assert.doesNotMatch(page.url(), /oauth_verifier/);
});

const PAGES = [
  ['another account', { account: '1234567' }, { 'consent:wrong-company': true }, 'This is another account', 'CALLBACK_ACCOUNT'],
  ['another role', { account: '1234567', role: 3 }, { 'consent:wrong-role': true }, 'This is another role', 'CALLBACK_ROLE'],
  ['a refusal after Allow', {}, { 'accesstoken:html-500': true }, 'The sign-in did not succeed', 'SERVER_ERROR'],
];

for (const [what, options, faults, heading, code] of PAGES) {
  test(`the page after ${what} says so`, { skip }, async (t) => {
    const { url, answer } = await signIn(t, options, { simulator: { faults } });
    const page = await newPage(t);
    await page.goto(url);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: heading }).waitFor();
    assert.strictEqual((await answer).error.code, code);
    await assertAccessible(page, what);
    await picture(page, heading.toLowerCase().replace(/ /g, '-'));
  });
}

test('a redirect of another sign-in gets an error page, and the right one still works afterwards', { skip }, async (t) => {
  const { it, url, answer } = await signIn(t, {});
  const page = await newPage(t);
  await page.goto(`http://localhost:${it.port}/tba?state=x&oauth_token=y&oauth_verifier=<script>alert(1)</script>`);
  await page.getByRole('heading', { name: /does not answer the current sign-in/ }).waitFor();
  assert.doesNotMatch(await page.content(), /alert/);
  await assertAccessible(page, 'page for another sign-in');
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(LAST_PAGE);
  assert.strictEqual((await answer).session.source, 'generated');
});

test('cookies of other servers on this machine are no hindrance, and beyond 64 KiB they are named', { skip }, async (t) => {
  const { it, url, answer } = await signIn(t, {});
  const page = await newPage(t);
  const cookies = (count) =>
    Array.from({ length: count }, (_, n) => ({ name: `c${n}`, value: 'x'.repeat(3900), url: 'http://localhost:3000/' }));
  await page.context().addCookies(cookies(20));
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'The request is too large' }).waitFor();
  assert.match(await page.textContent('body'), /Delete the cookies of localhost/);
  await assertAccessible(page, 'page for a request that is too large');
  await page.context().clearCookies();
  await page.context().addCookies(cookies(8));
  await page.reload();
  await page.waitForURL(LAST_PAGE);
  const { session, stderr } = await answer;
  assert.strictEqual(session.source, 'generated');
  assert.strictEqual(stderr.split('cookies of localhost').length, 2, `told once: ${stderr}`);
  assert.ok(page.url().startsWith(`http://localhost:${it.port}/`));
});

test('a bare or foreign callback and an https address are told in the terminal too', { skip }, async (t) => {
  const { it, url, answer } = await signIn(t, {});
  const page = await newPage(t);
  for (const path of ['/tba', '/tba', '/tba?state=x&oauth_token=y']) await page.goto(`http://localhost:${it.port}${path}`);
  const secure = await page.context().newPage();
  await assert.rejects(secure.goto(`https://localhost:${it.port}/tba`), /ERR_SSL|ERR_CONNECTION/);
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(LAST_PAGE);
  const { stderr } = await answer;
  for (const told of ["without NetSuite's answer", 'came back from another sign-in', 'The browser connected with https']) {
    assert.strictEqual(stderr.split(told).length, 2, `${told}: ${stderr}`);
  }
});

test('our pages have security headers', { skip }, async (t) => {
  const { it, url, answer } = await signIn(t, {});
  const page = await newPage(t);
  const responses = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(LAST_PAGE);
  await answer;
  const ours = responses.filter((response) => response.url().startsWith(`http://localhost:${it.port}/`));
  assert.deepStrictEqual(
    ours.map((response) => response.status()),
    [303, 200],
  );
  for (const response of ours) {
    const headers = response.headers();
    assert.match(headers['cache-control'], /no-store/);
    assert.strictEqual(headers['referrer-policy'], 'no-referrer');
    assert.match(headers['content-security-policy'], /default-src 'none'/);
  }
});

test('both pages fit a narrow window without horizontal scrolling', { skip }, async (t) => {
  const { url, answer } = await signIn(t, {});
  const page = await newPage(t, { viewport: { width: 320, height: 640 } });
  const fits = () => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
  await page.goto(url);
  assert.ok(await fits(), 'consent page');
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(LAST_PAGE);
  assert.ok(await fits(), 'success page');
  await picture(page, 'success-narrow');
  await answer;
});
