// The sign-in in a real Chromium: consent page, role, Allow or Deny, and the last page.
'use strict';

const assert = require('node:assert');
const { after, test } = require('node:test');
const { without } = require('../parts');
const { assertAccessible, closeBrowser, newPage, picture, signIn } = require('./chromium');

const skip = without('chromium');

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
    await page.waitForURL(/\/tba\/done$/);
    const done = await answer;
    assert.deepStrictEqual([done.session.account, done.session.role, done.session.source], ['1234567_SB1', '1000', 'generated']);
    assert.strictEqual(page.url(), `http://localhost:${it.port}/tba/done`);
    assert.match(await page.textContent('body'), /You are signed in[\s\S]*You can close this window/);
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
  await page.waitForURL(/\/tba\/done$/);
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
  await page.getByRole('heading', { name: /not the answer/ }).waitFor();
  assert.doesNotMatch(await page.content(), /alert/);
  await assertAccessible(page, 'stray page');
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(/\/tba\/done$/);
  assert.strictEqual((await answer).session.source, 'generated');
});

test('our pages have security headers', { skip }, async (t) => {
  const { it, url, answer } = await signIn(t, {});
  const page = await newPage(t);
  const responses = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(url);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.waitForURL(/\/tba\/done$/);
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
  await page.waitForURL(/\/tba\/done$/);
  assert.ok(await fits(), 'success page');
  await picture(page, 'success-narrow');
  await answer;
});
