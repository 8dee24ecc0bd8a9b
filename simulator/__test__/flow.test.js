// The three steps of the token flow, and what each refuses.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { startSimulator } = require('..');
const { request, signedRequest } = require('./client');

const CALLBACK = 'http://localhost:7777/tba';
let simulator;
before(async () => {
  simulator = await startSimulator();
});
after(() => simulator.close());

const step1 = (options = {}) =>
  signedRequest('POST', `${simulator.url}/rest/requesttoken`, {
    consumer: simulator.consumer,
    ...options,
    extra: { oauth_callback: CALLBACK, ...options.extra },
  });

async function requestToken(extra) {
  const answer = await step1({ extra });
  assert.strictEqual(answer.status, 200, answer.text);
  const fields = new URLSearchParams(answer.text);
  return {
    tokenId: fields.get('oauth_token'),
    tokenSecret: fields.get('oauth_token_secret'),
    confirmed: fields.get('oauth_callback_confirmed'),
    type: answer.headers['content-type'],
  };
}

const consentUrl = (token, state = 'abc123') =>
  `${simulator.url}/app/login/secure/authorizetoken.nl?oauth_token=${token.tokenId}&state=${state}`;
const step3 = (token, verifier, more = {}) =>
  signedRequest('POST', `${simulator.url}/rest/accesstoken`, {
    consumer: simulator.consumer,
    token,
    ...more,
    extra: { oauth_verifier: verifier },
  });
const code = (answer) => answer.json().error.code;

test('the complete sign-in gives a working token', async () => {
  const temporary = await requestToken({ role: '1000' });
  assert.strictEqual(temporary.confirmed, 'true');
  assert.strictEqual(temporary.type, 'text/plain;charset=UTF-8');
  const { location } = await simulator.consent(consentUrl(temporary), { account: '1234567_SB1' });
  const back = new URL(location);
  assert.strictEqual(back.origin + back.pathname, CALLBACK);
  assert.strictEqual(back.searchParams.get('company'), '1234567_SB1');
  assert.strictEqual(back.searchParams.get('role'), '1000');
  assert.strictEqual(back.searchParams.get('state'), 'abc123');
  assert.strictEqual(back.searchParams.get('oauth_token'), temporary.tokenId);
  const answer = await step3(temporary, back.searchParams.get('oauth_verifier'), { realm: '1234567_SB1' });
  assert.strictEqual(answer.status, 200, answer.text);
  const fields = new URLSearchParams(answer.text);
  const token = { tokenId: fields.get('oauth_token'), tokenSecret: fields.get('oauth_token_secret') };
  const info = await signedRequest('GET', `${simulator.url}/rest/tokeninfo`, { consumer: simulator.consumer, token, realm: '1234567_SB1' });
  assert.deepStrictEqual([info.json().companyId, info.json().roleId], ['1234567_SB1', '1000']);
  assert.strictEqual(code(await step3(temporary, back.searchParams.get('oauth_verifier'))), 'TokenRejected');
  const gone = await signedRequest(
    'GET',
    `${simulator.url}/rest/revoketoken?consumerKey=${simulator.consumer.key}&token=${token.tokenId}`,
    { consumer: simulator.consumer, token, realm: '1234567_SB1' },
  );
  assert.strictEqual(gone.status, 200);
  assert.strictEqual(simulator.tokens.has(token.tokenId), false);
});

test('Deny redirects with an empty verifier', async () => {
  const { location } = await simulator.consent(consentUrl(await requestToken()), { action: 'deny' });
  assert.strictEqual(new URL(location).searchParams.get('oauth_verifier'), '');
});

test('a request token is refused before Allow and with a wrong verifier', async () => {
  assert.strictEqual(code(await step3(await requestToken(), 'guess')), 'TokenRejected');
  const allowed = await requestToken();
  await simulator.consent(consentUrl(allowed));
  assert.strictEqual(code(await step3(allowed, 'guess')), 'TokenRejected');
  assert.strictEqual(code(await step3(await requestToken(), '')), 'MissingRequiredParameter');
});

test('step one names the reason of a refusal', async () => {
  const now = Math.floor(Date.now() / 1000);
  const cases = [
    [{ consumer: { key: 'other', secret: 'x' } }, 'UnknownIntegration'],
    [{ consumer: { key: simulator.consumer.key, secret: 'x' } }, 'InvalidSignature'],
    [{ oauth: { oauth_timestamp: String(now - 301) } }, 'InvalidTimestamp'],
    [{ oauth: { oauth_timestamp: String(now + 310) } }, 'InvalidTimestamp'],
    [{ oauth: { oauth_timestamp: '1.5' } }, 'InvalidTimestamp'],
    [{ oauth: { oauth_nonce: 'short' } }, 'NonceRejected'],
    [{ oauth: { oauth_signature_method: 'HMAC-SHA1' } }, 'InvalidSignature'],
    [{ oauth: { oauth_version: '2.0' } }, 'MissingRequiredParameter'],
    [{ omit: ['oauth_callback'] }, 'MissingRequiredParameter'],
    [{ extra: { oauth_callback: 'http://evil.example/tba' } }, 'InvalidCallback'],
    [{ extra: { oauth_callback: 'http://localhost:7777.evil.example/' } }, 'InvalidCallback'],
    [{ realm: '1234567_sb1' }, 'INVALID_LOGIN_ATTEMPT'],
    [{ headers: { authorization: 'OAuth oauth_nonce=unquoted' } }, 'INVALID_REQUEST'],
    [{ headers: { authorization: 'OAuth a="1", a="2"' } }, 'INVALID_REQUEST'],
  ];
  for (const [options, expected] of cases) assert.strictEqual(code(await step1(options)), expected, JSON.stringify(options));
  const callback = await step1({ extra: { oauth_callback: 'http://evil.example/tba' } });
  assert.strictEqual(callback.json().error.message, 'InvalidCallback <<http://evil.example/tba>>');
});

test('a nonce works once, even after forged requests', async () => {
  const oauth = { oauth_nonce: 'noncenonce', oauth_timestamp: String(Math.floor(Date.now() / 1000)) };
  assert.strictEqual(code(await step1({ oauth, consumer: { key: simulator.consumer.key, secret: 'x' } })), 'InvalidSignature');
  assert.strictEqual((await step1({ oauth })).status, 200);
  assert.strictEqual(code(await step1({ oauth })), 'NonceUsed');
});

test('the log contains no signature but says whether it was correct', async () => {
  await step1({ consumer: { key: simulator.consumer.key, secret: 'x' } });
  const entry = simulator.requests[simulator.requests.length - 1];
  assert.strictEqual(entry.signatureOk, false);
  assert.strictEqual(entry.oauth.oauth_signature, undefined);
  assert.strictEqual(entry.oauth.oauth_callback, CALLBACK);
  assert.ok(entry.headers.includes('authorization'));
});

test('the consent page shows roles, escapes HTML, and refuses invalid states and used tokens', async () => {
  const token = await requestToken();
  const page = await request('GET', consentUrl(token));
  assert.match(page.text, /NetSuite simulator/);
  assert.match(page.text, /value="1234567_SB1:1000"/);
  assert.doesNotMatch(page.text, /<script|https?:\/\//);
  assert.strictEqual((await request('GET', consentUrl(token, 'a-b'))).status, 400);
  assert.strictEqual((await request('GET', consentUrl({ tokenId: '<x>' }))).status, 400);
  await simulator.consent(consentUrl(token));
  assert.strictEqual((await request('GET', consentUrl(token))).status, 400);
});

test('consent faults forge the redirect', async () => {
  const forged = async (name) => {
    simulator.fault(name, 1);
    return new URL((await simulator.consent(consentUrl(await requestToken()))).location).searchParams;
  };
  assert.notStrictEqual((await forged('wrong-state')).get('state'), 'abc123');
  assert.strictEqual((await forged('no-state')).get('state'), null);
  assert.strictEqual((await forged('duplicate-state')).getAll('state').length, 2);
  assert.strictEqual((await forged('evil-company')).get('company'), 'evil.example/p?');
  assert.strictEqual((await forged('consent:no-verifier')).get('oauth_verifier'), null);
});

test('hooks are called for every visit, and hosts outside NetSuite are refused', async () => {
  const heard = [];
  simulator.onConsent = (event) => heard.push(event.type);
  await simulator.consent(consentUrl(await requestToken()));
  simulator.onConsent = null;
  assert.deepStrictEqual(heard, ['shown', 'allowed']);
  assert.strictEqual((await request('GET', `${simulator.url}/`, { headers: { host: 'evil.example' } })).status, 403);
  assert.strictEqual((await request('GET', `${simulator.url}/`)).status, 200);
});
