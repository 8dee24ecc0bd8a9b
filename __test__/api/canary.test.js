// Known secrets never appear in output, .nsdeploy, the index or the browser's environment.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { script } = require('../script');

const CONSUMER = { key: 'canary-consumer-key', secret: 'canary-consumer-secret' };

function secretsOf(it) {
  const list = [CONSUMER.secret, 'canary-passphrase'];
  for (const token of it.simulator.tokens.values()) list.push(token.tokenSecret);
  return list;
}

function assertClean(text, secrets, where) {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${where} shows ${secret.slice(0, 12)}…`);
}

test('no output and no project file contains a secret, even with the debug trace on', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  const env = { NETSUITE_TBA_DEBUG: '1', NETSUITE_TBA_PASSPHRASE: 'canary-passphrase' };
  const runs = [
    await it.call({ authId: 'dev', account: '1234567' }, { env }),
    await it.call({ authId: 'dev' }, { env }),
    await it.call({ to: 'other' }, { env }),
    await it.call({ authId: 'dev', account: '1234567_SB1' }, { env }),
    await it.call({ authId: 'enc', store: 'encrypted-file' }, { env }),
    await it.call({ authId: 'x', account: '!' }, { env }),
  ];
  assert.ok(runs[0].session && runs[1].session && runs[4].session);
  assert.match(runs[0].stderr, /netsuite-tba: /, 'the trace is on');
  const secrets = secretsOf(it);
  assert.ok(secrets.length >= 4);
  for (const [at, done] of runs.entries()) assertClean(done.stdout + done.stderr, secrets, `run ${at}`);
  assertClean(it.nsdeploy, secrets.concat(CONSUMER.key), '.nsdeploy');
  for (const name of fs.readdirSync(it.vault).filter((each) => each !== 'secrets.json')) {
    assertClean(fs.readFileSync(path.join(it.vault, name), 'latin1'), secrets.concat(CONSUMER.key), name);
  }
  const plain = fs.readFileSync(path.join(it.vault, 'secrets.json'), 'utf8');
  assert.ok(
    secrets.some((secret) => plain.includes(secret)),
    'the check finds a secret that is really there',
  );
});

test('errors of the token steps contain no secret', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  for (const fault of [
    'requesttoken:InvalidSignature',
    'accesstoken:InvalidSignature',
    'accesstoken:missing-secret',
    'requesttoken:evil-token',
    'accesstoken:html-500',
  ]) {
    it.simulator.clearFaults();
    it.simulator.fault(fault, true);
    const { error, stdout, stderr } = await it.call({ authId: 'dev' }, { env: { NETSUITE_TBA_DEBUG: '1' } });
    assert.ok(error, fault);
    assertClean(stdout + stderr, secretsOf(it), fault);
    assert.doesNotMatch(stdout + stderr, /oauth_verifier=\w|oauth_signature/, fault);
  }
});

test('a browser inherits no secret, and its command line contains only the consent URL', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  const seen = path.join(it.root, 'seen.json');
  const browser =
    it.browser(`require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ argv: process.argv.slice(2), env: process.env }));
browse(url, { action: 'allow' });`);
  await it.call({ authId: 'dev' }, { env: { BROWSER: browser, NETSUITE_TBA_PASSPHRASE: 'canary-passphrase', KEPT: 'yes' } });
  const { argv, env } = JSON.parse(fs.readFileSync(seen, 'utf8'));
  assertClean(JSON.stringify(env), secretsOf(it).concat(CONSUMER.key), 'its environment');
  assert.strictEqual(env.KEPT, 'yes');
  assert.strictEqual(argv.length, 1);
});

test('no process has a secret among its arguments', async (t) => {
  const it = await scene(t, { simulator: { consumer: CONSUMER } });
  await it.save('dev');
  const { told } = await script(
    it,
    `
    const session = await tba.authenticate({ vm: ${JSON.stringify(it.simulator.url)}, authId: 'dev' });
    tell({ argv: process.argv.concat(process.execArgv), title: process.title, header: session.authorize('GET', 'https://h.example/') });
  `,
  );
  assertClean(JSON.stringify(told[0]), secretsOf(it), 'the process');
});
