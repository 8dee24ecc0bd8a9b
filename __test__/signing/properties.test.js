// Signs random requests with this package and with other signers: 100,000 with NETSUITE_TBA_TEST_ALL, otherwise fewer.
// NETSUITE_TBA_TEST_REQUESTS sets the number, NETSUITE_TBA_TEST_SEED repeats an earlier run.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { signRequest } = require('../..');
const { everything, oauthlibPath, without } = require('../parts');
const { signers } = require('./npm-signers');
const { requests } = require('./random-requests');

const COUNT = Number(process.env.NETSUITE_TBA_TEST_REQUESTS || (everything ? 100000 : 5000));
const SEED = Number(process.env.NETSUITE_TBA_TEST_SEED || Date.now() % 2 ** 32);
const BATCH = 10000;

const ours = ({ method, url, parameters, form, consumerKey, consumerSecret, tokenId, tokenSecret, nonce, timestamp }) =>
  signRequest({ method, url, parameters, form }, { consumerKey, consumerSecret, tokenId, tokenSecret }, { nonce, timestamp });

/** Signs requests with oauthlib. Returns [base string, signature] for each. */
function oauthlib(batch) {
  const env = Object.assign({}, process.env, { PYTHONPATH: oauthlibPath(), PYTHONIOENCODING: 'utf8' });
  const input = batch.map((request) => `${JSON.stringify(request)}\n`).join('');
  const done = spawnSync('python3', [path.join(__dirname, 'oauthlib_signer.py')], { input, env, encoding: 'utf8', maxBuffer: 2 ** 30 });
  assert.strictEqual(done.status, 0, done.stderr);
  return done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const shown = (request) => `seed ${SEED}: ${JSON.stringify(request)}`;

test(`random requests get the same signature as from oauthlib (seed ${SEED})`, { skip: without('oauthlib'), timeout: 900000 }, (t) => {
  const next = requests(SEED);
  for (let done = 0; done < COUNT; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, COUNT - done) }, next);
    const theirs = oauthlib(batch);
    batch.forEach((request, index) => {
      const { baseString, signature } = ours(request);
      assert.strictEqual(baseString, theirs[index][0], shown(request));
      assert.strictEqual(signature, theirs[index][1], shown(request));
    });
  }
  t.diagnostic(`${COUNT} requests compared with oauthlib`);
});

for (const name of Object.keys(signers)) {
  test(`random requests get the same signature as from ${name}, if it supports them (seed ${SEED})`, { timeout: 900000 }, (t) => {
    const { takes, sign } = signers[name];
    const next = requests(SEED);
    let compared = 0;
    for (let done = 0; done < COUNT; done += 1) {
      const request = next();
      if (takes(request)) {
        assert.strictEqual(ours(request).signature, sign(request), shown(request));
        compared += 1;
      }
    }
    t.diagnostic(`${compared} of ${COUNT} requests compared with ${name}`);
    assert.ok(compared > COUNT / 20, `only ${compared} of ${COUNT} were simple enough`);
  });
}
