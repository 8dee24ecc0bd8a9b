// explain --header with a Bearer token: whose it is and what it is refused for. The tokens are the simulator's.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { scene } = require('../scene');
const { tool } = require('../terminal/tool');

const RESTLET = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';
const RECORD = 'https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer/7';
const HOUR = 3600 * 1000;

async function place(t) {
  const it = await scene(t);
  const { simulator } = it;
  simulator.integrations.set('restlets-only', { ...simulator.integrations.get('simulator-public-client'), clientId: 'restlets-only' });
  const grant = (scope) => simulator.issueGrant({ clientId: 'restlets-only', account: '1234567_SB1', role: '1000', scope });
  return { it, simulator, grant };
}

/** Explains a header on stdin, and checks that the token is in no output. */
async function explained(it, token, url, words = ['--json']) {
  const done = await tool(it, ['explain', 'GET', url, '--header', '-'].concat(words), { input: `Authorization: Bearer ${token}\n` });
  if (token) for (const part of token.split('.')) assert.ok(!(done.stdout + done.stderr).includes(part), 'the token was printed');
  return done;
}

const problems = (done) => done.json.findings.map(({ problem }) => problem);

test('an access token is taken apart, and a right one has no finding', async (t) => {
  const { it, grant } = await place(t);
  const { accessToken } = grant(['restlets']);
  const done = await explained(it, accessToken, RESTLET);
  const { account, role, entity, clientId, scope, expiresAt, grantedAt } = done.json.accessToken;
  assert.deepStrictEqual(
    [done.code, problems(done), account, role, entity, clientId, scope],
    [0, [], '1234567_SB1', '1000', '38', 'restlets-only', ['restlets']],
  );
  assert.strictEqual(Date.parse(expiresAt) - Date.parse(grantedAt), HOUR);
  const { stdout } = await explained(it, accessToken, RESTLET, []);
  assert.match(stdout, /^ {2}Account {4}1234567_SB1$/m);
  assert.match(stdout, /^ {2}Scope {6}restlets$/m);
});

test('each reason for which NetSuite refuses a token is named', async (t) => {
  const { it, simulator, grant } = await place(t);
  const { accessToken, refreshToken } = grant(['restlets']);
  simulator.clockOffsetMs = -2 * HOUR;
  const expired = grant(['restlets']).accessToken;
  const expected = [
    [accessToken, RECORD, ['bearer-scope']],
    [accessToken, 'https://1234567-sb1.suitetalk.api.netsuite.com/services/NetSuitePort_2025_2', ['bearer-soap']],
    [accessToken, 'https://1234567-sb1.restlets.api.netsuite.com/rest/tokeninfo', ['bearer-tba']],
    [accessToken, RESTLET.replace('netsuite.com', 'netsuite.com.evil.example'), ['bearer-host']],
    [accessToken, RESTLET.replace('https', 'http'), ['bearer-http']],
    [accessToken, RESTLET.replace('-sb1', ''), ['host-account'], 0],
    [refreshToken, RESTLET, ['bearer-audience']],
    [expired, RESTLET, ['bearer-expired']],
    ['0123456789abcdef0123456789abcdef', RESTLET, ['bearer-form']],
    [`"${accessToken}"`, RESTLET, ['bearer-form']],
  ];
  for (const [token, url, names, code = 1] of expected) {
    const done = await explained(it, token, url);
    assert.deepStrictEqual([problems(done), done.code], [names, code], url);
  }
});

test('what is named is what the simulator refuses', async (t) => {
  const { it, simulator, grant } = await place(t);
  const { accessToken } = grant(['restlets']);
  const sent = (path) => fetch(`${simulator.url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
  assert.strictEqual((await sent('/services/rest/record/v1/customer')).status, 401);
  const record = await explained(it, accessToken, `${simulator.url}/services/rest/record/v1/customer`);
  assert.deepStrictEqual(problems(record), ['bearer-scope']);
  assert.strictEqual((await sent('/rest/tokeninfo')).status, 401);
  assert.deepStrictEqual(problems(await explained(it, accessToken, `${simulator.url}/rest/tokeninfo`)), ['bearer-tba']);
});
