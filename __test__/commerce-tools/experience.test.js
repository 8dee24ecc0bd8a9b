// Usability problems of the package that Oracle ships (U1 to U7), one by one.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { failedCleanly, noSignIn, passed } = require('./expectations');
const { SHAPES } = require('./model/shape');
const { openWorld, visit } = require('./world');

const DEV = ['--authID', 'dev'];

test('U1: after Deny, both the page and the terminal say so', async (t) => {
  const world = await openWorld(t);
  let page = '';
  const run = await world.runWaiting('extension:fetch', DEV, {}, async ({ press }) => {
    const answer = await visit(await press('deny'));
    page = answer.location ? (await visit(new URL(answer.location, 'http://localhost').href)).text : answer.text;
  });
  failedCleanly(run, /Deny/);
  assert.doesNotMatch(page, /success/i);
  assert.match(page, /den(y|ied)/i);
  assert.equal(world.steps().accesstoken, 0);
});

test("U1: after Deny, the tools' three attempts do not open the page three times", async (t) => {
  const world = await openWorld(t);
  const code = `
    const attempt = () => new OAuth1({ key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET })
      .restAuthorize('dev', { method: 'GET', url: 'https://1234567-sb1.restlets.api.netsuite.com/x' });
    attempt().catch(attempt).catch(attempt).catch(error => { console.log(error.message); process.exitCode = 1; });`;
  failedCleanly(await world.script(code, { consent: 'deny' }), /Deny/);
  assert.equal(world.opened().length, 1);
});

test('U2: the complete consent URL is on stderr, on its own line', async (t) => {
  const world = await openWorld(t);
  const run = await world.run('extension:fetch', DEV);
  passed(run);
  assert.deepEqual(
    run.stderr.match(/^\s*https:\/\/\S+authorizetoken\.nl\?oauth_token=\w+&state=\w+$/gm).map((line) => line.trim()),
    world.opened()[0],
  );
});

test('U2: over SSH without a terminal, a message says at once what to do, and no invisible browser is waited for', async (t) => {
  const world = await openWorld(t);
  const env = { SSH_CONNECTION: '203.0.113.5 50000 203.0.113.7 22', BROWSER: undefined };
  const run = await world.run('extension:fetch', DEV, { env, limit: 20000 });
  failedCleanly(run, /--browser|terminal/);
  noSignIn(world);
});

test('U3: the browser gets the complete URL as one argument', async (t) => {
  const world = await openWorld(t);
  passed(await world.run('extension:fetch', DEV));
  const [words] = world.opened();
  assert.equal(words.length, 1);
  assert.match(words[0], /oauth_token=\w+&state=\w+$/);
});

// What a run says, line by line, without the time gulp puts in front.
function linesOf(run) {
  const lines = run.text.split('\n').map((line) => line.replace(/^\[\d\d:\d\d:\d\d\] /, '').trim());
  return lines.filter((line) => line.length > 30 && !line.startsWith('Error in task'));
}

for (const shape of Object.keys(SHAPES)) {
  for (const [what, reason, flags, options, fault] of [
    ['no consumer key', /Missing parameters --key or --secret/, DEV, { key: false }],
    ['an unknown consumer key', /integration record/, DEV.concat('--key', 'another-key', '--secret', 'another-secret'), {}],
    ['an account that is none', /not a NetSuite account ID/, DEV.concat('--account', 'no account!'), {}],
    ['a --vm elsewhere', /not an address on this machine/, DEV.concat('--vm', 'https://evil.example'), {}],
    ['a proxy that is not there', /proxy/, DEV, { env: { HTTPS_PROXY: 'http://127.0.0.1:9' } }],
    ['NetSuite down', /NetSuite/, DEV, {}, 'requesttoken:status:503'],
    ['nobody there to sign in', /Nobody can sign in here/, DEV, { env: { CI: 'true' } }],
  ]) {
    test(`U4: ${shape}: ${what}: a message without a stack, once`, async (t) => {
      const world = await openWorld(t, { shape });
      if (fault) world.simulator.fault(fault, true);
      const run = await world.run('extension:fetch', flags, options);
      failedCleanly(run, reason);
      const lines = linesOf(run);
      assert.deepEqual(lines, Array.from(new Set(lines)));
      assert.doesNotMatch(run.text, /another-secret/);
    });
  }
}

test('U4: CI with an unknown name: no sign-in is announced that cannot take place', async (t) => {
  const world = await openWorld(t);
  failedCleanly(await world.run('extension:fetch', DEV, { env: { CI: 'true' } }), /dev/);
  const run = await world.run('extension:fetch', DEV, { env: { CI: 'true' } });
  assert.doesNotMatch(run.text, /signing in under that name/i);
});

test('U4: a reason that every caller swallows is on stderr once', async (t) => {
  const world = await openWorld(t, { shape: '24.1' });
  const run = await world.script(
    `
    const one = () => new OAuth1({ key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET });
    one().soapAuthorize('').catch(() => one().soapAuthorize('')).catch(() => setTimeout(() => one().issueToken().catch(() => {}), 500));`,
  );
  assert.equal(run.stderr, 'Missing token name.\n');
});

test('U4: what deploy swallows of soapAuthorize is on stderr', async (t) => {
  const world = await openWorld(t, { shape: '24.1' });
  const run = await world.script(
    `
    new OAuth1({ key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET }).soapAuthorize('dev').catch(() => {});`,
    { consent: 'deny' },
  );
  assert.match(run.stderr, /Deny/);
});

test('U5: a token can be renamed and removed without editing a file', async (t) => {
  const world = await openWorld(t);
  passed(await world.run('extension:fetch', DEV));
  const code = `
    const { TokenVault } = require('${world.project.package}');
    const vault = new TokenVault();
    vault.rename('dev', 'sb1').then(() => console.log(Object.keys(OAuth1.getAllTokens()).join()))
      .then(() => vault.remove('sb1')).then(() => console.log(Object.keys(OAuth1.getAllTokens()).length));`;
  const run = await world.script(code);
  passed(run);
  assert.equal(run.stdout, 'sb1\n0\n');
});

test('U5: a refused token can be replaced under its name as the message says', async (t) => {
  const world = await openWorld(t);
  world.simulator.revoke(world.save('dev').tokenId);
  const refused = await world.run('extension:fetch', DEV);
  failedCleanly(refused, /refuses the token dev/);
  // `--to`, New token and the same name would use the stored token again, so the message must offer another way.
  assert.match(refused.stderr, /another name|netsuite-tba login/);
});

test('U6: a sign-in that the user did not ask for is announced with its reason', async (t) => {
  for (const [flags, nsdeploy] of [
    [DEV, undefined],
    [[], { authID: 'dev' }],
  ]) {
    const world = await openWorld(t, { nsdeploy });
    const run = await world.run('extension:fetch', flags);
    passed(run);
    assert.match(run.stderr, /no saved token dev|token dev .*not saved/);
    assert.ok(run.stderr.indexOf('dev') < run.stderr.indexOf('authorizetoken.nl'));
  }
});

test('U7: a token of another integration record is reported before anything is sent', async (t) => {
  const world = await openWorld(t);
  passed(await world.run('extension:fetch', DEV));
  const sent = world.simulator.requests.length;
  const run = await world.run('extension:deploy', ['--key', 'another-key', '--secret', 'another-secret']);
  failedCleanly(run, /another integration record/);
  assert.equal(world.simulator.requests.length, sent);
});

test("U7: a token of Oracle's file with another integration record: the refusal of NetSuite is explained", async (t) => {
  const world = await openWorld(t);
  world.save('dev');
  const run = await world.run('extension:deploy', DEV.concat('--key', 'another-key', '--secret', 'another-secret'));
  failedCleanly(run, /refuses the token dev|integration record/);
  noSignIn(world);
});
