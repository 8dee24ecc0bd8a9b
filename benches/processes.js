'use strict';

// What a process spends on require, on the first signature, and on authenticate() with a saved token.

const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { remove, temporary } = require('./folders');
const { median } = require('./measure');

const root = path.join(__dirname, '..');
const CONSUMER = "{ consumerKey: 'c'.repeat(64), consumerSecret: 's'.repeat(64) }";

/** Makes a vault with `count` tokens in a folder of its own. */
function vault(count) {
  const folder = temporary();
  const tokens = {};
  for (let n = 0; n < count; n += 1) {
    tokens[`token-${n}`] = { token: n.toString(16).padStart(64, 'a'), secret: n.toString(16).padStart(64, 'b'), account: '1234567-sb1' };
  }
  fs.writeFileSync(path.join(folder, '.nstba'), JSON.stringify(tokens), { mode: 0o600 });
  const into = `new (require('.').TokenVault)({ store: 'file' }).import(undefined, { removePlaintext: true })`;
  node(`${into}.catch((error) => { console.error(error); process.exit(1); })`, folder);
  return folder;
}

/** Runs a script in the package's folder with `folder` as its home, and returns its last line. */
function node(script, folder) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    USERPROFILE: folder,
    NETSUITE_TBA_HOME: path.join(folder, 'vault'),
    NETSUITE_TBA_STORE: 'file',
    CI: '1',
  };
  const out = execFileSync(process.execPath, ['-e', script], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return out.trim().split('\n').pop();
}

const took = (script, folder) => {
  const start = process.hrtime.bigint();
  node(script, folder);
  return Number(process.hrtime.bigint() - start) / 1e6;
};

const clock = (setUp, call) =>
  `(async () => { ${setUp}; const start = process.hrtime.bigint(); ${call}; console.log(Number(process.hrtime.bigint() - start)); })()`;
const REQUIRE = "const tba = require('.')";
const SIGN = `tba.signRequest({ method: 'GET', url: 'https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1' }, Object.assign({ tokenId: 't', tokenSecret: 'u' }, ${CONSUMER}))`;
const SESSION = `const session = await tba.authenticate(Object.assign({ argv: [], cwd: require('os').homedir(), authId: 'token-0' }, ${CONSUMER}))`;
const GIVEN = `const session = await tba.authenticate(Object.assign({ argv: [], account: '1234567_SB1', token: 'a:b' }, ${CONSUMER}))`;
const AUTHORIZE = "session.authorize('GET', 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1')";
const RSS = 'console.log(process.memoryUsage().rss)';

/** The rows of a table: name, figure, limit. */
async function processes(times) {
  const one = vault(1);
  const thousand = vault(1000);
  const measured = { required: [], signed: [], authorized: [], woken: [], listed: [], memory: [], whole: [] };
  for (let n = 0; n < times; n += 1) {
    const nanoseconds = (setUp, call, folder = one) => Number(node(clock(setUp, call), folder));
    measured.required.push(nanoseconds('', REQUIRE) / 1e6);
    measured.signed.push(nanoseconds(REQUIRE, SIGN) / 1e3);
    measured.authorized.push(nanoseconds(`${REQUIRE}; ${GIVEN}`, AUTHORIZE) / 1e3);
    measured.woken.push(nanoseconds(`${REQUIRE}; ${SESSION}`, AUTHORIZE) / 1e3);
    measured.listed.push(nanoseconds(`${REQUIRE}; const vault = new tba.TokenVault()`, 'vault.list()', thousand) / 1e6);
    measured.memory.push((Number(node(`require('.'); ${RSS}`, one)) - Number(node(RSS, one))) / 2 ** 20);
    measured.whole.push(took(`(async () => { ${REQUIRE}; ${SESSION} })()`, one) - took('', one));
  }
  remove(one);
  remove(thousand);
  const row = (what, values, unit, digits, limit) => [what, `${median(values).toFixed(digits)} ${unit}`, limit];
  return [
    row("`require('netsuite-tba')`", measured.required, 'ms', 2, '3 ms'),
    row('memory of `require` (RSS, compared with Node alone)', measured.memory, 'MiB', 1, '4 MiB'),
    row('first `signRequest` of a process, including key set-up', measured.signed, 'µs', 0, '60 µs'),
    row('first `Session.authorize` of a process, with a given token', measured.authorized, 'µs', 0, '60 µs'),
    row('the same with a saved token, after a pause of the process', measured.woken, 'µs', 0, '-'),
    row('`authenticate()` with a saved token in the file store: whole process, compared with Node alone', measured.whole, 'ms', 1, '12 ms'),
    row('`TokenVault.list()` of 1,000 tokens, first call', measured.listed, 'ms', 2, '-'),
  ];
}

module.exports = { processes };
