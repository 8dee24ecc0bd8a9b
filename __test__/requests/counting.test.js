// Counted at the server: each request runs exactly once, whatever happens on the way.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { scene } = require('../scene');
const { ECHO, inProcess, signedIn } = require('./signed-in');

const numbers = (count) => Array.from({ length: count }, (_, at) => String(at));
const ran = (simulator) => simulator.executed.map(({ id }) => id).sort((a, b) => a - b);

async function timeOf(session, count) {
  const started = Date.now();
  const all = await Promise.all(numbers(count).map((id) => session.fetch(ECHO, { json: { id }, retries: 20 })));
  assert.ok(all.every(({ status }) => status === 200));
  return Date.now() - started;
}

test('200 requests to an account that allows 3 at once run once each, at most a third slower than by a client that knows', async (t) => {
  const settings = { concurrency: 3, delayMs: 60 };
  const knows = await signedIn(t, { simulator: settings, concurrency: 3 });
  const learns = await signedIn(t, { simulator: settings });
  const known = await timeOf(knows.session, 200);
  assert.ok(knows.simulator.requests.every(({ status }) => status === 200));
  const learnt = await timeOf(learns.session, 200);
  assert.deepStrictEqual(ran(learns.simulator), numbers(200));
  assert.strictEqual(learns.simulator.mostUnderWay, 3);
  t.diagnostic(`${learnt} ms against ${known} ms`);
  assert.ok(learnt <= known * 1.3, `${learnt} ms against ${known} ms`);
});

/** Forty requests, three at a time, with a token that is revoked after some of them. */
async function deploy({ authenticate, tell, codeOf, ECHO }, { options, count }) {
  const session = await authenticate(options);
  tell(session.source);
  const waiting = Array.from({ length: count }, (_, at) => String(at));
  const reasons = [];
  const worker = async () => {
    while (waiting.length) {
      const id = waiting.shift();
      const onRetry = ({ reason }) => reasons.push(reason);
      const outcome = await session.fetch(ECHO, { json: { id }, onRetry }).then(({ status }) => status, codeOf);
      tell(outcome);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  tell(reasons);
}

const COUNT = 40;

async function revokedAfter(it, uses, { browser }) {
  const { simulator } = it;
  const allowed = [];
  simulator.onConsent = ({ type }) => type === 'allowed' && allowed.push(type);
  for (const token of simulator.tokens.values()) simulator.revokeAfter(token.tokenId, uses);
  simulator.executed.length = 0;
  const options = { argv: [], authId: 'dev', vm: simulator.url, port: it.port, browser };
  const { told, stderr } = await inProcess(it, deploy, { options, count: COUNT });
  return { told, stderr, consents: allowed.length };
}

test('a token revoked after any request of a deploy of 40: one sign-in, and 40 run once each', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  for (let uses = 1; uses <= COUNT; uses += 1) {
    const { told, stderr, consents } = await revokedAfter(it, uses, { browser: true });
    const reasons = told.pop();
    assert.deepStrictEqual(told, ['saved'].concat(Array(COUNT).fill(200)), `after ${uses}: ${stderr}`);
    assert.deepStrictEqual(ran(it.simulator), numbers(COUNT), `after ${uses}`);
    const expected = uses < COUNT ? 1 : 0;
    assert.strictEqual(consents, expected, `after ${uses}`);
    assert.ok(reasons.every((reason) => reason === 'signed-in-again'));
    assert.strictEqual((stderr.match(/Signed in again: token dev/g) || []).length, expected);
    // The next round starts with a token that works.
    if (!expected) await it.save('dev2');
  }
});

test('without a person the requests after the revocation fail with INVALID_LOGIN, and NetSuite is asked why once', async (t) => {
  const it = await scene(t);
  await it.save('dev');
  const { told, consents } = await revokedAfter(it, 10, { browser: false });
  assert.deepStrictEqual(told.pop(), []);
  assert.deepStrictEqual(told.slice(1).sort(), Array(10).fill(200).concat(Array(30).fill('INVALID_LOGIN')));
  assert.strictEqual(consents, 0);
  assert.strictEqual(it.simulator.executed.length, 10);
  assert.strictEqual(it.requested('tokeninfo').length, 1);
});
