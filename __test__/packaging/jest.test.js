// Under Jest: the package loads, its errors are its own, and --detectOpenHandles has nothing to list.
'use strict';

const assert = require('assert');
const { spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { test } = require('node:test');
const { skipped } = require('../parts');
const { installed } = require('../nodes');

const ROOT = path.join(__dirname, '..', '..');
const CODE = `
const tba = require(${JSON.stringify(ROOT)});
const consumer = { consumerKey: 'key', consumerSecret: 'secret' };
test('signs', () => { tba.signRequest({ method: 'GET', url: 'https://x.netsuite.com/' }, consumer); });
test('fails', () => { expect(() => tba.signRequest({ method: 'GET', url: 'x' }, consumer)).toThrow(tba.TbaError); });
test('refuses', async () => { await expect(tba.authenticate({ wrong: 1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' }); });
test('lists', () => { expect(Array.isArray(new tba.TokenVault({ home: ${JSON.stringify(os.tmpdir())} + '/tba-no-vault' }).list())).toBe(true); });
`;

for (const version of ['29', '30']) {
  test(`Jest ${version} --detectOpenHandles`, { timeout: 170000 }, (t) => {
    const jest = installed(`jest-${version}`, [`jest@${version}`]);
    if (!jest) return t.skip(skipped(`Jest ${version}: it could not be installed`));
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-jest-'));
    t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    fs.writeFileSync(path.join(folder, 'package.json'), '{}');
    fs.writeFileSync(path.join(folder, 'use.test.js'), CODE);
    const args = [path.join(jest, 'node_modules', 'jest', 'bin', 'jest.js'), '--rootDir', folder, '--detectOpenHandles'];
    const env = { PATH: process.env.PATH, HOME: folder };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    assert.strictEqual(status, 0, stdout + stderr);
    assert.match(stderr, /Tests: +4 passed/);
    assert.doesNotMatch(stderr, /open handle|CustomGC/);
  });
}
