// The simulator as an OAuth 2.0 server: the authorization code grant, its refresh tokens, and what each step refuses.
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const { after, beforeEach, before, test } = require('node:test');
const { startSimulator } = require('..');
const { browse } = require('../browser');
const { RESTLET, request } = require('./client');

const REDIRECT = 'http://localhost:7777/oauth2';
const PUBLIC = 'simulator-public-client';
const HOUR = 3600 * 1000;
const BASE = '/services/rest/auth/oauth2/v1';
let simulator;
before(async () => {
  simulator = await startSimulator({
    integrations: [
      { clientId: 'confidential', clientSecret: 's:e c/r+et' },
      { clientId: PUBLIC },
      { clientId: 'restlets-only', scopes: ['restlets'], endsChainOnReuse: true },
    ],
  });
});
beforeEach(() => {
  simulator.clearFaults();
  simulator.clockOffsetMs = 0;
});
after(() => simulator.close());

const encode = (bytes) => bytes.toString('base64url');

function question(changes = {}) {
  const verifier = encode(randomBytes(48));
  const sent = {
    response_type: 'code',
    client_id: PUBLIC,
    redirect_uri: REDIRECT,
    scope: 'restlets rest_webservices',
    state: encode(randomBytes(24)),
    code_challenge: encode(createHash('sha256').update(verifier).digest()),
    code_challenge_method: 'S256',
    ...changes,
  };
  for (const name of Object.keys(sent)) if (sent[name] === undefined) delete sent[name];
  return { sent, verifier, url: `${simulator.url}/app/login/oauth2/authorize.nl?${new URLSearchParams(sent)}` };
}

async function allow(changes, choice) {
  const asked = question(changes);
  const { location } = await simulator.consent(asked.url, choice);
  return { ...asked, back: new URL(location).searchParams };
}

const basic = (id, secret) => `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
const CONFIDENTIAL = { authorization: basic('confidential', 's:e c/r+et') };

function post(path, fields, headers = {}) {
  const body = String(new URLSearchParams(fields));
  return request('POST', `${simulator.url}${BASE}${path}`, {
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });
}

const exchange = (allowed, changes = {}, headers = {}) => {
  const fields = {
    grant_type: 'authorization_code',
    code: allowed.back.get('code'),
    redirect_uri: REDIRECT,
    code_verifier: allowed.verifier,
    client_id: PUBLIC,
    ...changes,
  };
  for (const name of Object.keys(fields)) if (fields[name] === undefined) delete fields[name];
  return post('/token', fields, headers);
};
const refresh = (token, clientId = PUBLIC) => post('/token', { grant_type: 'refresh_token', refresh_token: token, client_id: clientId });
const restlet = (accessToken) =>
  request('GET', `${simulator.url}${RESTLET}&service_name=WEBSITE_SERVICE`, {
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
  });
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const refusal = (answer) => [answer.status, answer.json().error];
const reason = () => simulator.requests[simulator.requests.length - 1].reason;

test('a code with its verifier gives tokens for the chosen account and role', async () => {
  const allowed = await allow({}, { account: '1234567_SB1', role: '1000' });
  assert.deepStrictEqual(
    ['state', 'company', 'role', 'entity'].map((name) => allowed.back.get(name)),
    [allowed.sent.state, '1234567_SB1', '1000', '38'],
  );
  const answer = await exchange(allowed);
  assert.strictEqual(answer.status, 200, answer.text);
  const tokens = answer.json();
  assert.deepStrictEqual([tokens.expires_in, tokens.token_type], ['3600', 'bearer']);
  const { sub, aud, iss, oit, exp } = claims(tokens.access_token);
  assert.deepStrictEqual([sub, aud, iss], ['1000;38', ['app;1234567_SB1', PUBLIC], 'https://system.netsuite.com']);
  assert.strictEqual(exp - oit, 3600);
  assert.strictEqual((await restlet(tokens.access_token)).status, 200);
});

test('a code works once, and a second use ends what the first one gave', async () => {
  const allowed = await allow();
  const tokens = (await exchange(allowed)).json();
  assert.deepStrictEqual(refusal(await exchange(allowed)), [400, 'invalid_grant']);
  assert.strictEqual((await restlet(tokens.access_token)).status, 401);
  assert.match(reason(), /used twice/);
});

test('a code is bound to its client, verifier, redirect and lifetime', async () => {
  const wrong = [
    [{ code_verifier: encode(randomBytes(48)) }, {}, [400, 'invalid_grant']],
    [{ code_verifier: undefined }, {}, [400, 'invalid_request']],
    [{ code_verifier: 'short' }, {}, [400, 'invalid_request']],
    [{ redirect_uri: 'http://localhost:7778/oauth2' }, {}, [400, 'invalid_grant']],
    [{ client_id: 'restlets-only' }, {}, [400, 'invalid_grant']],
    [{ client_id: undefined }, CONFIDENTIAL, [400, 'invalid_grant']],
  ];
  for (const [changes, headers, expected] of wrong)
    assert.deepStrictEqual(refusal(await exchange(await allow(), changes, headers)), expected, JSON.stringify(changes));
  const late = await allow();
  simulator.clockOffsetMs = 600 * 1000;
  assert.deepStrictEqual(refusal(await exchange(late)), [400, 'invalid_grant']);
});

test('a client authenticates in exactly one way: Basic with a secret, client_id in the body without', async () => {
  const ask = { client_id: 'confidential' };
  assert.strictEqual((await exchange(await allow(ask), { client_id: undefined }, CONFIDENTIAL)).status, 200);
  assert.deepStrictEqual(refusal(await exchange(await allow(ask), { client_id: 'confidential' }, CONFIDENTIAL)), [400, 'invalid_request']);
  const unsigned = await exchange(await allow(ask), { client_id: 'confidential' });
  assert.deepStrictEqual([...refusal(unsigned), unsigned.headers['www-authenticate']], [401, 'invalid_client', 'Basic realm="NetSuite"']);
  const mistaken = { authorization: basic('confidential', 'other') };
  assert.deepStrictEqual(refusal(await exchange(await allow(ask), { client_id: undefined }, mistaken)), [401, 'invalid_client']);
  assert.deepStrictEqual(refusal(await exchange(await allow(), { client_secret: 'x' })), [400, 'invalid_client']);
  const secretOfPublic = { authorization: basic(PUBLIC, 'x') };
  assert.deepStrictEqual(refusal(await exchange(await allow(), { client_id: undefined }, secretOfPublic)), [400, 'invalid_client']);
});

test('a refresh token of a public client works once, that of a confidential client until it expires', async () => {
  const first = simulator.issueGrant({ clientId: PUBLIC });
  const second = (await refresh(first.refreshToken)).json();
  assert.notStrictEqual(second.refresh_token, first.refreshToken);
  assert.deepStrictEqual(refusal(await refresh(first.refreshToken)), [400, 'invalid_grant']);
  assert.match(reason(), /RefreshTokenUsed/);
  assert.strictEqual((await refresh(second.refresh_token)).status, 200);
  assert.strictEqual(simulator.grants.get(first.id).rotations, 2);

  const kept = simulator.issueGrant({ clientId: 'confidential' });
  const again = () => post('/token', { grant_type: 'refresh_token', refresh_token: kept.refreshToken }, CONFIDENTIAL);
  assert.strictEqual((await again()).json().refresh_token, undefined);
  simulator.clockOffsetMs = 167 * HOUR;
  assert.strictEqual((await again()).status, 200);
  simulator.clockOffsetMs = 169 * HOUR;
  assert.deepStrictEqual(refusal(await again()), [400, 'invalid_grant']);
});

test('a record that ends the chain when a refresh token is used twice also ends the access tokens', async () => {
  const grant = simulator.issueGrant({ clientId: 'restlets-only' });
  const next = (await refresh(grant.refreshToken, 'restlets-only')).json();
  assert.strictEqual((await restlet(next.access_token)).status, 200);
  assert.strictEqual((await refresh(grant.refreshToken, 'restlets-only')).status, 400);
  assert.strictEqual((await refresh(next.refresh_token, 'restlets-only')).status, 400);
  assert.strictEqual((await restlet(next.access_token)).status, 401);
});

test('a chain of a public client ends 168 hours after the sign-in, however often it was refreshed', async () => {
  let token = simulator.issueGrant({ clientId: PUBLIC }).refreshToken;
  for (const hours of [47, 94, 141]) {
    simulator.clockOffsetMs = hours * HOUR;
    token = (await refresh(token)).json().refresh_token;
  }
  assert.strictEqual(claims(token).exp - claims(token).oit, 168 * 3600);
  simulator.clockOffsetMs = 168.1 * HOUR;
  assert.deepStrictEqual(refusal(await refresh(token)), [400, 'invalid_grant']);
  assert.match(reason(), /RefreshTokenExpired/);
});

test('a bearer token is accepted for an hour, with its scope, and not by SOAP or the endpoints of TBA', async () => {
  const { accessToken } = simulator.issueGrant({ clientId: 'restlets-only' });
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  assert.strictEqual((await restlet(accessToken)).status, 200);
  const record = await request('GET', `${simulator.url}/services/rest/record/v1/customer`, { headers });
  assert.strictEqual(record.status, 401);
  assert.match(record.headers['www-authenticate'], /^Bearer .*error="invalid_token"/);
  assert.match(reason(), /lacks the scope rest_webservices/);
  assert.strictEqual((await request('GET', `${simulator.url}/rest/tokeninfo`, { headers })).status, 401);
  const soap = await request('POST', `${simulator.url}/services/NetSuitePort_2025_2`, {
    headers: { ...headers, soapaction: 'search' },
    body: '<Envelope/>',
  });
  assert.notStrictEqual(soap.status, 200);
  const changed = `${accessToken.slice(0, -6)}AAAAAA`;
  assert.strictEqual((await restlet(changed)).status, 401);
  assert.strictEqual((await restlet(`${accessToken} x`)).status, 400);
  simulator.clockOffsetMs = HOUR;
  assert.strictEqual((await restlet(accessToken)).status, 401);
  assert.match(reason(), /expired/);
});

test('the host of a request belongs to the account of the grant', async () => {
  const grant = simulator.issueGrant({ clientId: PUBLIC, account: '1234567_SB1' });
  const other = { host: '1234567.suitetalk.api.netsuite.com' };
  const fields = { grant_type: 'refresh_token', refresh_token: grant.refreshToken, client_id: PUBLIC };
  assert.deepStrictEqual(refusal(await post('/token', fields, other)), [400, 'invalid_grant']);
  assert.strictEqual((await post('/token', fields, { host: '1234567-sb1.suitetalk.api.netsuite.com' })).status, 200);
  assert.strictEqual((await post('/token', fields, { host: '1234567-sb1.restlets.api.netsuite.com' })).status, 400);
});

test('revoke ends a grant and its access tokens, and does not tell whether there was one', async () => {
  const grant = simulator.issueGrant({ clientId: PUBLIC });
  assert.strictEqual((await post('/revoke', { token: 'unknown', client_id: PUBLIC })).status, 200);
  assert.strictEqual((await post('/revoke', { token: grant.refreshToken, client_id: 'restlets-only' })).status, 200);
  assert.strictEqual((await restlet(grant.accessToken)).status, 200);
  assert.strictEqual((await post('/revoke', { token: grant.refreshToken, client_id: PUBLIC })).status, 200);
  assert.strictEqual((await restlet(grant.accessToken)).status, 401);
  assert.deepStrictEqual(refusal(await refresh(grant.refreshToken)), [400, 'invalid_grant']);
});

test('an unknown client or redirect is never sent anywhere', async () => {
  for (const changes of [
    { client_id: 'nobody' },
    { redirect_uri: 'http://localhost.evil.example/' },
    { redirect_uri: 'http://127.0.0.1:7777/oauth2' },
    { redirect_uri: undefined },
  ]) {
    const answer = await request('GET', question(changes).url);
    assert.deepStrictEqual([answer.status, answer.headers.location], [400, undefined], JSON.stringify(changes));
  }
});

test('other mistakes in the address come back as an error with the state', async () => {
  const expected = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'restlets suite_analytics' }, 'invalid_scope'],
    [{ scope: undefined }, 'invalid_scope'],
    [{ state: 'short' }, 'invalid_request'],
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ prompt: 'select_account' }, 'invalid_request'],
  ];
  for (const [changes, error] of expected) {
    const asked = question(changes);
    const answer = await request('GET', asked.url);
    const back = new URL(answer.headers.location).searchParams;
    assert.deepStrictEqual([back.get('error'), back.get('state'), back.get('code')], [error, asked.sent.state, null]);
  }
});

test('Deny comes back as access_denied with the state', async () => {
  const denied = await allow({}, { action: 'deny' });
  assert.deepStrictEqual([...denied.back.keys()], ['error', 'state']);
  assert.strictEqual(denied.back.get('error'), 'access_denied');
});

test('the faults of a redirect', async () => {
  const expected = {
    'error-without-state': ['error'],
    'code-and-error': ['code', 'company', 'role', 'entity', 'state', 'error'],
    'no-code': ['company', 'role', 'entity', 'state'],
    'error:server_error': ['error', 'state'],
  };
  for (const [name, keys] of Object.entries(expected)) {
    simulator.fault(`authorize:${name}`, 1);
    assert.deepStrictEqual([...(await allow()).back.keys()], keys, name);
  }
  simulator.fault('authorize:duplicate-code', 1);
  assert.strictEqual((await allow()).back.getAll('code').length, 2);
});

test('a fault of the answer uses the refresh token up, a fault in its place does not', async () => {
  for (const name of ['no-refresh-token', 'huge-token', 'evil-expires', 'aud-other', 'truncate']) {
    const grant = simulator.issueGrant({ clientId: PUBLIC });
    simulator.fault(`token:${name}`, 1);
    await refresh(grant.refreshToken).catch((error) => error);
    assert.deepStrictEqual(refusal(await refresh(grant.refreshToken)), [400, 'invalid_grant'], name);
  }
  for (const name of ['invalid_grant', 'invalid_client', 'status:503', 'html', 'reset-before']) {
    const grant = simulator.issueGrant({ clientId: PUBLIC });
    simulator.fault(`token:${name}`, 1);
    await refresh(grant.refreshToken).catch((error) => error);
    assert.strictEqual((await refresh(grant.refreshToken)).status, 200, name);
  }
});

test('in a terminal: what it prints is enough for another program to sign in', { timeout: 60000 }, async (t) => {
  const child = spawn(process.execPath, [path.join(__dirname, '..', 'cli.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  let printed = '';
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It ended: ${printed}`)));
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (/a public client\n/.test(printed)) resolve();
    });
  });
  const [authorize, token] = printed.match(/http:\/\/\S+(authorize\.nl|\/v1\/token)$/gm);
  const [, clientId] = /client ID (\S+), a public client/.exec(printed);

  const back = http.createServer((request, response) => response.end(request.url));
  t.after(() => back.close());
  await once(back.listen(0, '127.0.0.1'), 'listening');
  const redirect = `http://localhost:${back.address().port}/signed-in`;
  const asked = question({ client_id: clientId, redirect_uri: redirect });
  const { location, status } = await browse(asked.url.replace(/^[^?]*/, authorize), { action: 'allow', role: '1001' });
  assert.deepStrictEqual([status, location.startsWith(`${redirect}?code=`)], [200, true]);
  const fields = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirect, code_verifier: asked.verifier };
  const answer = await request('POST', token, {
    body: String(new URLSearchParams({ ...fields, code: new URL(location).searchParams.get('code') })),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.strictEqual(answer.status, 200, answer.text);
  assert.strictEqual(claims(answer.json().access_token).sub, '1001;38');
});
