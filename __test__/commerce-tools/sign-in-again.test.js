// A token that is refused in the middle of a task of Oracle's tools: they ask three times, and one sign-in replaces it.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { ECHO, inProcess } = require('../requests/signed-in');
const { ROOT, scene } = require('../scene');

/** Sends a request as the tools do: up to three times, each time with a header of its own, a moment apart. */
async function send({ tell }, { root, echo, flags, requests }) {
  process.argv.push(...flags);
  const { OAuth1 } = require(root);
  const { CONSUMER_KEY: key, CONSUMER_SECRET: secret } = process.env;
  const vm = flags[flags.indexOf('--vm') + 1];
  for (const id of requests) {
    const url = `${vm}${echo}&id=${id}`;
    const statuses = [];
    for (let attempt = 0; attempt < 3 && statuses[statuses.length - 1] !== 200; attempt += 1) {
      try {
        const authorization = await new OAuth1({ key, secret, vm }).restAuthorize('dev', { method: 'GET', url });
        statuses.push((await fetch(url, { headers: { authorization } })).status);
      } catch (error) {
        statuses.push(error.code);
      }
    }
    tell(statuses);
  }
}

async function withRevoked(t) {
  const it = await scene(t);
  await it.save('dev');
  const [old] = it.simulator.tokens.values();
  it.simulator.revoke(old.tokenId);
  const shown = [];
  it.simulator.onConsent = ({ type }) => type === 'shown' && shown.push(type);
  const flags = (...more) => ['--vm', it.simulator.url, '--port', String(it.port), ...more];
  const run = (requests, more, env) => inProcess(it, send, { root: ROOT, echo: ECHO, flags: flags(...more), requests }, { env });
  return { it, old, shown, run };
}

test('with a person there, the third attempt signs with a new token of the same name, account and role', async (t) => {
  const { it, old, shown, run } = await withRevoked(t);
  const { told, stderr } = await run(['a', 'b'], ['--browser']);
  assert.deepStrictEqual(told, [[401, 401, 200], [200]], stderr);
  const [fresh] = it.simulator.tokens.values();
  assert.deepStrictEqual([fresh.account, fresh.role], [old.account, old.role]);
  assert.strictEqual(shown.length, 1);
  assert.strictEqual(stderr.match(/NetSuite refuses the token dev/g).length, 1);
});

test('a Deny is not asked again by the attempts that follow', async (t) => {
  const { shown, run } = await withRevoked(t);
  const { told } = await run(['a', 'b'], ['--browser'], { SIMULATOR_CONSENT: 'deny' });
  assert.deepStrictEqual(told[0], [401, 401, 'SIGN_IN_DENIED']);
  assert.deepStrictEqual(told[1], ['SIGN_IN_DENIED', 'SIGN_IN_DENIED', 'SIGN_IN_DENIED']);
  assert.strictEqual(shown.length, 1);
});

test('without a person the reason is told, and nothing else changes', async (t) => {
  const { shown, run } = await withRevoked(t);
  const { told, stderr } = await run(['a'], ['--no-browser']);
  assert.deepStrictEqual(told, [[401, 401, 401]]);
  assert.strictEqual(shown.length, 0);
  assert.match(stderr, /NetSuite refuses the token dev/);
});

test('a blocked integration record is told, and no sign-in follows', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  it.simulator.fault('restlet:localised', true);
  it.simulator.fault('tokeninfo:IntegrationBlocked', true);
  const before = it.requested('requesttoken').length;
  const flags = ['--vm', it.simulator.url, '--port', String(it.port), '--browser'];
  const { told, stderr } = await inProcess(it, send, { root: ROOT, echo: ECHO, flags, requests: ['a'] });
  assert.deepStrictEqual(told, [[401, 401, 401]]);
  assert.strictEqual(it.requested('requesttoken').length, before);
  assert.match(stderr, /NetSuite refuses the token dev/);
});
