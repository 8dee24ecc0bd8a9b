// The class as the tools use it: names, arguments, texts, and the state between calls.
'use strict';

const assert = require('node:assert/strict');
const { createHmac } = require('node:crypto');
const { test } = require('node:test');
const { passed } = require('./expectations');
const { openWorld } = require('./world');

const CONSUMER = 'const consumer = { key: process.env.CONSUMER_KEY, secret: process.env.CONSUMER_SECRET };\n';

// Runs `code`, which fills `out`, in a world with the saved token `dev`. Resolves to { out, token, world, run }.
async function inProject(t, code, options) {
  const wanted = Object.assign({}, options);
  const world = await openWorld(t, wanted.world);
  const token = world.save('dev');
  const run = await world.script(
    `${CONSUMER}const out = {};
    const tell = promise => promise.then(() => 'resolved', error => error.message);
    (async () => { ${code} })().then(() => console.log(JSON.stringify(out)));`,
    wanted,
  );
  passed(run);
  return { out: JSON.parse(run.stdout.trim().split('\n').pop()), token, world, run };
}

for (const shape of ['24.1', '25.1']) {
  test(`${shape}: exports OAuth1 and openBrowser`, async (t) => {
    const { out } = await inProject(
      t,
      `const all = require('${shape === '25.1' ? '@sc-utils/oauth1' : 'oauth1'}'); out.kinds = [typeof all.OAuth1, typeof all.openBrowser];`,
      { world: { shape } },
    );
    assert.deepEqual(out.kinds, ['function', 'function']);
  });
}

test('the constructor accepts everything the tools pass, and needs no key', async (t) => {
  const { out } = await inProject(
    t,
    `
    for (const config of [undefined, {}, { account: 'no account!' }, { authID: 'x', user_agent: 'y', is_scis: false, website: '2' },
      { key: undefined, secret: undefined, molecule: undefined, vm: undefined, account: undefined }]) new OAuth1(config);
    out.fine = true;`,
    { key: false },
  );
  assert.equal(out.fine, true);
});

test('a vm or molecule that is not a string is refused with the original texts', async (t) => {
  const { out } = await inProject(
    t,
    `
    const text = config => { try { new OAuth1(config); return null; } catch (error) { return error.message; } };
    out.vm = text({ vm: true }); out.molecule = text({ molecule: 5 });`,
  );
  assert.deepEqual(out, { vm: 'Invalid VM URL.', molecule: 'Invalid molecule.' });
});

test('the configuration is kept until it is replaced', async (t) => {
  const { out } = await inProject(
    t,
    `
    const one = new OAuth1(Object.assign({ vm: 'http://127.0.0.1:1', molecule: 'x' }, consumer));
    one._initializeConfig({ path: '/p', url: 'https://h/p', method: 'GET', body: undefined, timeout: undefined, retries: 3, headers: {}, proxy: 'http://127.0.0.1:2' });
    out.kept = [one.vm, one.molecule, one.consumer.key === consumer.key, one.consumer.secret === consumer.secret];
    one._initializeConfig({ molecule: 'y' });
    out.changed = one.molecule;
    out.urls = Object.keys(one.urls);`,
  );
  assert.deepEqual(out, { kept: ['http://127.0.0.1:1', 'x', true, true], changed: 'y', urls: ['step1', 'step2', 'step3'] });
});

test('getAllTokens is synchronous, lists names and accounts, and loads secrets only when they are read', async (t) => {
  const { out, token } = await inProject(
    t,
    `
    const all = OAuth1.getAllTokens();
    out.names = Object.keys(all); out.account = all.dev.account; out.shown = JSON.stringify(all);
    out.read = [all.dev.token, all.dev.secret]; out.none = [all.constructor === undefined, all.toString === undefined, 'x' in all];`,
  );
  assert.deepEqual(
    [out.names, out.account, out.read, out.none],
    [['dev'], '1234567-SB1', [token.tokenId, token.tokenSecret], [true, true, false]],
  );
  assert.equal(out.shown.includes(token.tokenSecret), false);
});

test('issueToken resolves to token, secret and the account with a hyphen', async (t) => {
  const { out, token } = await inProject(
    t,
    'out.issued = await new OAuth1(consumer).issueToken("dev"); out.again = await new OAuth1().issueToken("dev", consumer);',
  );
  assert.deepEqual(out.issued, { token: token.tokenId, secret: token.tokenSecret, account: '1234567-SB1' });
  assert.deepEqual(out.again, out.issued);
});

test('restAuthorize resolves to a header with seven oauth_* parameters, a realm with an underscore, and a new nonce', async (t) => {
  const { out } = await inProject(
    t,
    `
    const request = { method: 'GET', url: 'https://1234567-sb1.restlets.api.netsuite.com/x?t=1' };
    out.headers = [await new OAuth1(consumer).restAuthorize('dev', request), await new OAuth1(consumer).restAuthorize('dev', request)];`,
  );
  for (const header of out.headers) {
    assert.match(header, /^OAuth /);
    assert.match(header, /realm="1234567_SB1"/);
    const names = header.match(/oauth_\w+(?==)/g);
    assert.deepEqual(names.sort(), [
      'oauth_consumer_key',
      'oauth_nonce',
      'oauth_signature',
      'oauth_signature_method',
      'oauth_timestamp',
      'oauth_token',
      'oauth_version',
    ]);
  }
  assert.notEqual(/oauth_nonce="(\w+)"/.exec(out.headers[0])[1], /oauth_nonce="(\w+)"/.exec(out.headers[1])[1]);
});

test('soapAuthorize resolves to the six fields of the passport, signed correctly', async (t) => {
  const { out, token, world } = await inProject(
    t,
    'out.passport = await new OAuth1(consumer).soapAuthorize("dev"); out.again = await new OAuth1().soapAuthorize("dev", consumer);',
  );
  const { account, consumerKey, nonce, timestamp, signature } = out.passport;
  assert.deepEqual(Object.keys(out.passport).sort(), ['account', 'consumerKey', 'nonce', 'signature', 'timestamp', 'token']);
  assert.equal(account, '1234567_SB1');
  const signed = [account, consumerKey, token.tokenId, nonce, timestamp].join('&');
  const key = `${encodeURIComponent(world.simulator.consumer.secret)}&${encodeURIComponent(token.tokenSecret)}`;
  assert.equal(signature, createHmac('sha256', key).update(signed).digest('base64'));
});

test('_getRestAuthHeader is synchronous and accepts any spelling of the account', async (t) => {
  const { out } = await inProject(
    t,
    `
    const sign = account => new OAuth1(consumer)._getRestAuthHeader({ method: 'GET', url: 'https://h.netsuite.com/x' }, { token: 'a', secret: 'b', account });
    out.headers = ['1234567_SB1', '1234567-sb1', '1234567-SB1', ' 1234567_sb1 '].map(sign);`,
  );
  for (const header of out.headers) assert.match(header, /realm="1234567_SB1"/);
});

test('the original texts: no name, no method, no URL, no key', async (t) => {
  const { out, run } = await inProject(
    t,
    `
    const one = () => new OAuth1(consumer);
    const request = { method: 'GET', url: 'https://h.netsuite.com/x' };
    out.names = [await tell(one().restAuthorize('', request)), await tell(one().restAuthorize(undefined, request)), await tell(one().soapAuthorize()), await tell(one().issueToken(null))];
    out.requests = [await tell(one().restAuthorize('dev', {})), await tell(one().restAuthorize('dev', { method: 'GET' })), await tell(one().restAuthorize('dev', { url: 'https://h.netsuite.com/x' }))];
    delete process.env.CONSUMER_KEY; delete process.env.CONSUMER_SECRET;
    out.keys = [await tell(new OAuth1().issueToken('new')), await tell(new OAuth1().soapAuthorize('dev')), await tell(new OAuth1().restAuthorize('dev', request))];`,
  );
  assert.deepEqual(new Set(out.names), new Set(['Missing token name.']));
  assert.ok(out.requests.every((text) => text !== 'resolved'));
  assert.deepEqual(
    new Set(out.keys),
    new Set(['Missing parameters --key or --secret. Check your .env file or add those parameters to the gulp task']),
  );
  assert.equal(run.stderr, '', 'who reads the message shows it');
});

test('a body is not signed, so it may be anything', async (t) => {
  const { out } = await inProject(
    t,
    `
    const circular = {}; circular.self = circular;
    const bodies = [circular, { big: 5n }, () => {}, Symbol('x'), Buffer.from('x'), 5, null, [undefined], { toJSON() { throw new Error('no'); } }];
    out.headers = await Promise.all(bodies.map(body => tell(new OAuth1(consumer).restAuthorize('dev', { method: 'POST', url: 'https://h.netsuite.com/x', body }))));`,
  );
  assert.deepEqual(new Set(out.headers), new Set(['resolved']));
});

test('a token replaced in ~/.nstba by another process signs nothing any more', async (t) => {
  const { out, token } = await inProject(
    t,
    `
    const fs = require('fs'); const file = require('path').join(process.env.HOME, '.nstba');
    const request = { method: 'GET', url: 'https://1234567-sb1.restlets.api.netsuite.com/x' };
    const used = async () => /oauth_token="([^"]+)"/.exec(await new OAuth1(consumer).restAuthorize('dev', request))[1];
    out.before = await used();
    const all = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(file, JSON.stringify(Object.assign(all, { dev: { token: 'another', secret: 'other', account: '1234567-SB1' } })));
    out.after = await used();
    out.issued = (await new OAuth1(consumer).issueToken('dev')).token;`,
  );
  assert.deepEqual([out.before, out.after, out.issued], [token.tokenId, 'another', 'another']);
});

test('nothing is ever printed on stdout', async (t) => {
  const { run } = await inProject(
    t,
    `
    await tell(new OAuth1(consumer).issueToken('dev')); await tell(new OAuth1(consumer).issueToken('new'));
    await tell(new OAuth1({ key: 'x', secret: 'y' }).issueToken('dev2'));`,
    { flags: ['--', '--port', '17773'] },
  );
  assert.equal(run.stdout, '{}\n');
});
