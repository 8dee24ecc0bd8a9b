// A process without a file descriptor or a thread to spare: the package loads and signs, and calls that need more fail with a
// TbaError that names the limit. Once there is room again, they work.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { without } = require('../parts');
const { ROOT, scene } = require('../scene');

const skip = without('posix') || (process.platform !== 'linux' && 'sets limits as Linux does');
const NOBODY = 65534;

const AFTERWARDS = `
  const signed = () => tba.signRequest(
    { method: 'GET', url: 'https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1' },
    { realm: '1234567', consumerKey: 'ck', consumerSecret: 'cs', tokenId: 'ti', tokenSecret: 'ts' },
  );
  const removed = () => new tba.TokenVault().remove('x').then((any) => 'removed ' + any, (error) => error.code + ' ' + error.message);
  const asked = () => tba
    .authenticate({ token: 'ti:ts', account: '1234567' })
    .then((session) => 'session of ' + session.account, (error) => error.code + ' ' + error.message);`;

const SCRIPTS = {
  files: `
    const fs = require('fs');
    const held = [];
    const fill = () => { try { for (;;) held.push(fs.openSync('/dev/null')); } catch (error) { if (error.code !== 'EMFILE') throw error; } };
    fill();
    // Node itself opens each module it loads.
    for (let n = 0; n < SPARE; n += 1) fs.closeSync(held.pop());
    const tba = require(ROOT);
    ${AFTERWARDS}
    // Each part of the package is a file that is read when it is first used.
    require(ROOT + '/lib/vault');
    require(ROOT + '/lib/authenticate');
    fill();
    const limited = () => JSON.stringify(signed()).includes('oauth_signature=');
    const result = { signed: limited() };
    (async () => {
      result.refused = [await removed(), await asked()];
      for (const file of held) fs.closeSync(file);
      result.recovered = [await removed(), await asked()];
      result.signedAgain = limited();
      console.log(JSON.stringify(result));
    })();`,
  threads: `
    const { spawnSync } = require('child_process');
    const limit = (count) => spawnSync('prlimit', ['--pid', String(process.pid), '--nproc=' + count + ':4096'], { encoding: 'utf8' });
    // Some of Node's own threads start late.
    require('crypto').pbkdf2Sync('a', 'b', 1, 1, 'sha1');
    const done = limit(1);
    if (done.status !== 0) throw new Error(done.stderr);
    const tba = require(ROOT);
    ${AFTERWARDS}
    const limited = () => JSON.stringify(signed()).includes('oauth_signature=');
    const result = { signed: limited() };
    (async () => {
      result.refused = [await removed(), await asked()];
      console.log(JSON.stringify(result));
    })();`,
};

function run(it, kind, { spare = 0, nobody = false } = {}) {
  const script = SCRIPTS[kind].replace(/ROOT/g, JSON.stringify(ROOT)).replace(/SPARE/g, String(spare));
  const limited =
    kind === 'files' ? ['prlimit', ['--nofile=64:64', '--', process.execPath, '-e', script]] : [process.execPath, ['-e', script]];
  const [program, words] = nobody
    ? ['setpriv', ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups', '--', limited[0], ...limited[1]]]
    : limited;
  const { CONSUMER_KEY, CONSUMER_SECRET, ...env } = it.env({ CONSUMER_KEY: 'ck', CONSUMER_SECRET: 'cs' });
  const done = spawnSync(program, words, {
    cwd: it.project,
    env: { ...env, CONSUMER_KEY, CONSUMER_SECRET },
    encoding: 'utf8',
    timeout: 30000,
  });
  assert.strictEqual(done.signal, null, done.stderr);
  assert.strictEqual(done.status, 0, done.stderr);
  assert.doesNotMatch(done.stderr, /panicked/);
  return JSON.parse(done.stdout.trim().split('\n').pop());
}

for (const spare of [2, 3, 6]) {
  test(`with ${spare} file descriptors to spare it loads, signs, and recovers when there are more`, { skip }, async (t) => {
    const it = await scene(t, { simulator: false });
    const { signed, refused, recovered, signedAgain } = run(it, 'files', { spare });
    assert.deepStrictEqual([signed, signedAgain], [true, true]);
    for (const told of refused) assert.match(told, /^INTERNAL No thread can be started[\s\S]*ulimit/);
    assert.deepStrictEqual(recovered, ['removed false', 'session of 1234567']);
  });
}

test('without a thread to spare it loads and signs, and says which limit is reached', {
  skip: skip || (process.getuid() === 0 && !fs.existsSync('/usr/bin/setpriv') && 'root has no limit'),
}, async (t) => {
  const it = await scene(t, { simulator: false });
  const nobody = process.getuid() === 0;
  if (nobody) for (const folder of [it.root, it.project, it.home, it.temp]) fs.chownSync(folder, NOBODY, NOBODY);
  if (nobody && spawnSync('setpriv', ['--reuid', String(NOBODY), 'test', '-r', path.join(ROOT, 'index.js')]).status !== 0) {
    t.skip('the package cannot be read by another user');
    return;
  }
  const { signed, refused } = run(it, 'threads', { nobody });
  assert.strictEqual(signed, true);
  for (const told of refused) assert.match(told, /^INTERNAL No thread can be started[\s\S]*ulimit/);
});
