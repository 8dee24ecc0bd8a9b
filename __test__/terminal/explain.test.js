// explain: our own signatures without secrets, and headers made by other code. Each known mistake is tested in
// __test__/signing/wrong-headers.test.js.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { secretsOf, tool, transcript } = require('./tool');
const { signRequest } = require('../..');

const PATH = '/app/site/hosting/restlet.nl?script=1&deploy=1&a=2&a=1&q=x%20y';

/** A scene with one saved token, and a header for it that `change` has modified. */
async function saved(t) {
  const it = await scene(t);
  await it.save('dev');
  const [token] = it.simulator.tokens.values();
  it.url = `${it.simulator.url}${PATH}`;
  const { key, secret } = it.simulator.consumer;
  it.header = (request, realm = '1234567_SB1', fixed) =>
    signRequest(
      { method: 'GET', url: it.url, ...request },
      { consumerKey: key, consumerSecret: secret, tokenId: token.tokenId, tokenSecret: token.tokenSecret, realm },
      fixed,
    ).header;
  it.examine = async (header, ...more) => (await tool(it, ['explain', 'GET', it.url, '--header', header, '--json', ...more])).json;
  it.problems = async (header, ...more) => (await it.examine(header, ...more)).findings.map((finding) => finding.problem);
  return it;
}

test('the explanation of a request contains no secret', async (t) => {
  const it = await saved(t);
  const text = (await transcript(it, ['explain', 'get', it.url]))
    .replace(/(oauth_nonce(?:%3D|="| = ))\w{20}/g, '$1<nonce>')
    .replace(/(oauth_timestamp(?:%3D|="| = ))\d{10}/g, '$1<seconds>')
    .replace(/[0-9a-f]{4}\.\.\.\(64\)/g, '<token>')
    .replace(new RegExp(`127\\.0\\.0\\.1%3A${it.simulator.port}`), '<host>');
  assert.strictEqual(
    text,
    `$ netsuite-tba explain get <simulator>${PATH}
Token dev - Account 1234567_SB1

Parameters, encoded and sorted:
  a = 1  (query)
  a = 2  (query)
  deploy = 1  (query)
  oauth_consumer_key = simu...(22)  (header)
  oauth_nonce = <nonce>  (header)
  oauth_signature_method = HMAC-SHA256  (header)
  oauth_timestamp = <seconds>  (header)
  oauth_token = <token>  (header)
  oauth_version = 1.0  (header)
  q = x%20y  (query)
  script = 1  (query)

Base string:
  GET&http%3A%2F%2F<host>%2Fapp%2Fsite%2Fhosting%2Frestlet.nl&a%3D1%26a%3D2%26deploy%3D1%26oauth_consumer_key%3Dsimu...(22)%26oauth_nonce%3D<nonce>%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D<seconds>%26oauth_token%3D<token>%26oauth_version%3D1.0%26q%3Dx%2520y%26script%3D1

Key of HMAC-SHA256:
  <consumer secret, 25 characters>&<token secret, 64 characters>

Authorization:
  OAuth realm="1234567_SB1", oauth_consumer_key="simu...(22)", oauth_token="<token>", oauth_signature_method="HMAC-SHA256", oauth_timestamp="<seconds>", oauth_nonce="<nonce>", oauth_version="1.0", oauth_signature="<44 characters, encoded>"
exit 0`,
  );
  const { json } = await tool(it, ['explain', 'GET', it.url, '--authID', 'dev', '--full', '--json']);
  assert.deepStrictEqual(Object.keys(json), [
    'authId',
    'account',
    'method',
    'url',
    'parameters',
    'baseString',
    'keyShape',
    'header',
    'findings',
  ]);
  assert.ok(json.baseString.includes(it.simulator.consumer.key), '--full shows the consumer key');
  for (const secret of secretsOf(it)) assert.ok(!JSON.stringify(json).includes(secret));
  const elsewhere = await tool(it, ['explain', 'GET', 'https://1234567.restlets.api.netsuite.com/x', '--authID', 'dev', '--json']);
  const [finding] = elsewhere.json.findings;
  assert.deepStrictEqual([finding.problem, finding.severity, elsewhere.code], ['host-account', 'warning', 0]);
  assert.match(finding.what, /1234567 instead of 1234567_SB1/);
});

test("of two tokens with the same name, the one for the URL's NetSuite is used", async (t) => {
  const it = await saved(t);
  fs.writeFileSync(
    path.join(it.home, '.nstba'),
    JSON.stringify({ dev: { account: '7654321', token: 'other-token', secret: 'other-secret' } }),
  );
  const account = async (url) => (await tool(it, ['explain', 'GET', url, '--authID', 'dev', '--json'])).json.account;
  assert.strictEqual(await account(it.url), '1234567_SB1');
  assert.strictEqual(await account('https://7654321.restlets.api.netsuite.com/x'), '7654321');
});

test('the token in the environment is used, as in a task', async (t) => {
  const it = await saved(t);
  const env = { NETSUITE_TBA_TOKEN_ID: 'given-id', NETSUITE_TBA_TOKEN_SECRET: 'given-secret', NETSUITE_TBA_ACCOUNT: '7654321' };
  const { json } = await tool(it, ['explain', 'GET', it.url, '--full', '--json'], { env });
  assert.deepStrictEqual(
    [json.authId, json.account, json.parameters.find(({ name }) => name === 'oauth_token').value],
    [null, '7654321', 'given-id'],
  );
  assert.ok(!JSON.stringify(json).includes('given-secret'));
  assert.strictEqual((await tool(it, ['explain', 'GET', it.url, '--authID', 'dev', '--json'])).json.authId, 'dev');
});

test('a correct header is confirmed by computing its signature again', async (t) => {
  const it = await saved(t);
  const done = await tool(it, ['explain', 'GET', it.url, '--header', it.header()]);
  assert.deepStrictEqual([done.code, done.stdout], [0, 'The signature is right.\n']);
  const piped = await tool(it, ['explain', 'GET', it.url, '--header', '-', '--json'], { input: `Authorization: ${it.header()}\n` });
  assert.deepStrictEqual(piped.json, { authId: 'dev', checked: true, signature: 'right', findings: [], unchecked: null });
});

test('every mistake in a header is named with its fix', async (t) => {
  const it = await saved(t);
  assert.deepStrictEqual(await it.problems(it.header({}, '1234567-sb1')), ['realm-form']);
  assert.deepStrictEqual(await it.problems(it.header({}, undefined, { timestamp: 1600000000 })), ['timestamp-stale']);
  assert.deepStrictEqual(await it.problems(it.header({}, undefined, { nonce: 'abc' })), ['nonce-short']);
  assert.deepStrictEqual(await it.problems(it.header().replace('HMAC-SHA256', 'HMAC-SHA1')), ['signature-method', 'method-name-other']);
  assert.deepStrictEqual(
    await it.problems(it.header().replace(/(oauth_signature=")([^"]*)/, (all, name, value) => name + encodeURIComponent(value))),
    ['signature-encoded-twice'],
  );
  assert.deepStrictEqual(await it.problems(it.header({ method: 'POST' })), ['method-other']);
  assert.deepStrictEqual(await it.problems(it.header({ url: it.url.replace('a=2&', '') })), ['duplicates-lost']);
  assert.deepStrictEqual(await it.problems(it.header({ url: it.url.replace('%20', '%2520') })), ['query-encoded-twice']);
  assert.deepStrictEqual(await it.problems(it.header({ url: it.url.split('?')[0] })), ['query-unsigned']);
  const { findings, signature } = await it.examine(it.header({ method: 'POST' }));
  assert.strictEqual(signature, 'wrong');
  assert.deepStrictEqual(Object.keys(findings[0]), ['problem', 'severity', 'what', 'fix']);
});

test('a signed body is detected if the body is given', async (t) => {
  const it = await saved(t);
  fs.writeFileSync(path.join(it.project, 'body.json'), '{"name":"value"}');
  const header = it.header({ form: [['name', 'value']] });
  const withBody = await it.problems(header, '--body', 'body.json');
  assert.deepStrictEqual(withBody, ['body-members-signed', 'get-with-body']);
  assert.deepStrictEqual(await it.problems(header), ['signature'], 'not found without the body');
});

test('a header that cannot be checked is not reported as right', async (t) => {
  const it = await saved(t);
  const header = it.header().replace(/oauth_token="\w{8}/, 'oauth_token="00000000');
  const unchecked = async (text, env) => {
    const { json, code } = await tool(it, ['explain', 'GET', it.url, '--header', text, '--json'], { env });
    assert.deepStrictEqual([json.checked, json.signature, json.findings, json.authId], [false, 'unchecked', [], null]);
    assert.strictEqual(code, json.unchecked.exitCode);
    return [json.unchecked.code, code];
  };
  assert.deepStrictEqual(await unchecked(header), ['TOKEN_NOT_FOUND', 2]);
  assert.deepStrictEqual(await unchecked(header, { CONSUMER_KEY: 'another' }), ['CONSUMER_MISMATCH', 2]);
  assert.deepStrictEqual(await unchecked(header, { CONSUMER_KEY: '', CONSUMER_SECRET: '' }), ['CONSUMER_MISSING', 2]);
  const text = await tool(it, ['explain', 'GET', it.url, '--header', header]);
  assert.match(text.stdout, /^The signature was not checked\. No token found here has the header's token ID\.\n/);
  assert.match(text.stdout, /The header itself shows no mistake\.\n$/);
  fs.writeFileSync(path.join(it.vault, 'secrets.json'), '{');
  assert.strictEqual((await unchecked(it.header()))[1], 5, 'the store cannot be read');
});

test('an error that the header shows counts even if the signature is unchecked', async (t) => {
  const it = await saved(t);
  const header = it.header({}, '1234567-sb1').replace(/oauth_token="\w{8}/, 'oauth_token="00000000');
  const { json, code } = await tool(it, ['explain', 'GET', it.url, '--header', header, '--json']);
  assert.deepStrictEqual([json.checked, json.findings.map(({ problem }) => problem), code], [false, ['realm-form'], 1]);
});

test('the token of the environment checks a header, unless a token is named', async (t) => {
  const it = await saved(t);
  const [token] = it.simulator.tokens.values();
  fs.rmSync(it.vault, { recursive: true });
  const env = {
    NETSUITE_TBA_TOKEN_ID: token.tokenId,
    NETSUITE_TBA_TOKEN_SECRET: token.tokenSecret,
    NETSUITE_TBA_ACCOUNT: '1234567-sb1',
  };
  const explain = (...more) => tool(it, ['explain', 'GET', it.url, '--header', it.header(), '--json'].concat(more), { env });
  const { json, code } = await explain();
  assert.deepStrictEqual([json.checked, json.signature, json.authId, code], [true, 'right', null, 0]);
  assert.strictEqual((await explain('--authID', 'nobody')).json.error.code, 'TOKEN_NOT_FOUND');
});

test('a wrong request is warned about although its signature is right', async (t) => {
  const it = await scene(t, { simulator: false });
  const env = {
    CONSUMER_KEY: 'key',
    CONSUMER_SECRET: 'consumer-hidden',
    NETSUITE_TBA_TOKEN_ID: 'id',
    NETSUITE_TBA_TOKEN_SECRET: 'token-hidden',
    NETSUITE_TBA_ACCOUNT: '1234567_SB1',
  };
  const restlet = 'app/site/hosting/restlet.nl?script=1&deploy=1';
  for (const [url, problem] of [
    [`https://1234567_sb1.restlets.api.netsuite.com/${restlet}`, 'host-underscore'],
    [`https://7654321.restlets.api.netsuite.com/${restlet}`, 'host-account'],
    [`http://1234567-sb1.restlets.api.netsuite.com/${restlet}`, 'plain-http'],
    [`https://1234567-sb1.suitetalk.api.netsuite.com/${restlet}`, 'restlet-on-suitetalk'],
    ['https://1234567-sb1.restlets.api.netsuite.com/services/rest/record/v1/customer', 'rest-on-restlets'],
  ]) {
    const own = await tool(it, ['explain', 'GET', url, '--json'], { env });
    assert.deepStrictEqual([own.json.findings.map((finding) => finding.problem), own.code], [[problem], 0], url);
    const signer = { consumerKey: 'key', consumerSecret: 'consumer-hidden', tokenId: 'id', tokenSecret: 'token-hidden' };
    const { header } = signRequest({ method: 'GET', url }, { ...signer, realm: '1234567_SB1' });
    const { json, code } = await tool(it, ['explain', 'GET', url, '--header', header, '--json'], { env });
    // Realm and URL of two accounts are an error of the header.
    const expected = problem === 'host-account' ? ['realm-account', 1] : [problem, 0];
    assert.deepStrictEqual(
      [json.signature, json.findings.map((finding) => finding.problem), code],
      ['right', [expected[0]], expected[1]],
      url,
    );
  }
});

test('invalid requests are refused', async (t) => {
  const it = await saved(t);
  fs.writeFileSync(path.join(it.project, 'large.json'), Buffer.alloc(1024 * 1024 + 1, 97));
  for (const [args, code] of [
    [['explain', 'GET', 'nonsense'], 'REQUEST_INVALID'],
    [['explain', 'G T', it.url], 'REQUEST_INVALID'],
    [['explain', 'GET'], 'COMMAND_INVALID'],
    [['explain', 'GET', it.url, '--authID', 'nobody'], 'TOKEN_NOT_FOUND'],
    [['explain', 'GET', it.url, '--header', 'OAuth x="y"', '--body', 'missing.json'], 'FLAG_INVALID'],
    [['explain', 'GET', it.url, '--header', 'OAuth x="y"', '--body', 'large.json'], 'FLAG_INVALID'],
  ]) {
    const done = await tool(it, args.concat('--json'));
    assert.deepStrictEqual([done.code, done.json.error.code], [2, code], args.join(' '));
  }
});
