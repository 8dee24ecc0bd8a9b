// Session.authorize in JavaScript: what it accepts, what it refuses, and that no argument can harm it.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { authenticate, signRequest, TbaError } = require('../..');

const CREDENTIALS = {
  consumerKey: 'a1'.repeat(32),
  consumerSecret: 'b2'.repeat(32),
  tokenId: 'c3'.repeat(32),
  tokenSecret: 'd4'.repeat(32),
  realm: '1234567_SB1',
};
const URL_A = 'https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';

async function session(t) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-authorize-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  return authenticate({
    argv: [],
    cwd: home,
    home,
    account: CREDENTIALS.realm,
    token: `${CREDENTIALS.tokenId}:${CREDENTIALS.tokenSecret}`,
    consumerKey: CREDENTIALS.consumerKey,
    consumerSecret: CREDENTIALS.consumerSecret,
  });
}

/** The parameters of a header. */
function fields(header) {
  assert.match(header, /^OAuth (\w+="[^"]*", )*\w+="[^"]*"$/);
  return Object.fromEntries(
    header
      .slice(6)
      .split(', ')
      .map((field) => [field.split('=')[0], decodeURIComponent(field.slice(field.indexOf('=') + 2, -1))]),
  );
}

/** Checks a header against `signRequest` with the header's own nonce and timestamp. */
function verify(header, method, url, form) {
  const { oauth_nonce: nonce, oauth_timestamp: timestamp, oauth_signature: signature } = fields(header);
  const again = signRequest({ method, url: String(url), form }, CREDENTIALS, { nonce, timestamp: Number(timestamp) });
  assert.strictEqual(signature, again.signature);
  assert.strictEqual(header, again.header);
}

const refused = (call, code) =>
  assert.throws(call, (error) => error instanceof TbaError && error.code === code && error.message.endsWith(error.nextStep));

test('URLs of any length and script get the same signature as from signRequest', async (t) => {
  const signed = await session(t);
  // 4096 bytes fit on the stack. Tests lengths around that, with characters of one to four bytes.
  for (const character of ['a', 'ä', '€', '𝄞']) {
    for (const bytes of [0, 1, 2000, 4080, 4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 4100, 5000, 20000, 60000]) {
      const start = `${URL_A}&x=`;
      const url = start + character.repeat(Math.max(0, Math.floor((bytes - start.length) / Buffer.byteLength(character))));
      verify(signed.authorize('GET', url), 'GET', url);
      verify(signed.authorize('GET', `${url}y`), 'GET', `${url}y`);
      verify(signed.authorize('GET', `${url}yz`), 'GET', `${url}yz`);
    }
  }
});

test('a URL object and its text get the same signature, and so do ropes and slices of strings', async (t) => {
  const signed = await session(t);
  verify(signed.authorize('GET', new URL(URL_A)), 'GET', URL_A);
  let rope = 'https://h.example/?';
  for (let n = 0; n < 100; n += 1) rope += `&parameter${n}=${n}`;
  verify(signed.authorize('POST', rope), 'POST', rope);
  verify(signed.authorize('xPOSTx'.slice(1, 5), `x${URL_A}`.slice(1)), 'POST', URL_A);
});

test('a form is signed, including duplicates and any script', async (t) => {
  const signed = await session(t);
  const form = [
    ['a', '1'],
    ['a', '1'],
    ['ä', '€ +&='],
    ['', ''],
  ];
  verify(signed.authorize('POST', URL_A, form), 'POST', URL_A, form);
  verify(signed.authorize('POST', new URL(URL_A), form), 'POST', URL_A, form);
  verify(signed.authorize('POST', URL_A, []), 'POST', URL_A);
  for (const nothing of [undefined, null]) verify(signed.authorize('POST', URL_A, nothing), 'POST', URL_A);
});

test('lone surrogates are signed as U+FFFD, as clients send them', async (t) => {
  const signed = await session(t);
  for (const lone of ['\ud800', '\udc00', '\udc00\ud800']) {
    const url = `https://h.example/?a=${lone}`;
    verify(signed.authorize('GET', url), 'GET', url.replace(/[\ud800-\udfff]/g, '\ufffd'));
    assert.ok(signRequest({ method: 'GET', url }, CREDENTIALS).baseString.includes('%25EF%25BF%25BD'));
  }
});

test('every header is different', async (t) => {
  const signed = await session(t);
  const nonces = Array.from({ length: 10000 }, () => fields(signed.authorize('GET', URL_A)).oauth_nonce);
  assert.strictEqual(new Set(nonces).size, nonces.length);
  assert.ok(nonces.every((nonce) => /^[A-Za-z0-9]{20}$/.test(nonce)));
});

test('every value that is not a string is refused, and the error names the argument', async (t) => {
  const signed = await session(t);
  const garbage = [
    undefined,
    null,
    1,
    NaN,
    true,
    10n,
    Symbol('x'),
    {},
    [],
    () => 'GET',
    new Date(),
    Buffer.from('GET'),
    new Proxy({}, {}),
    Object('GET'),
    Object.create(null),
  ];
  for (const value of garbage) {
    refused(() => signed.authorize(value, URL_A), 'OPTION_INVALID');
    refused(() => signed.authorize('GET', value), 'OPTION_INVALID');
    refused(() => signed.authorize(value, value), 'OPTION_INVALID');
    refused(() => signed.authorize(value, URL_A, []), 'OPTION_INVALID');
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0))
      refused(() => signed.authorize('POST', URL_A, value), 'OPTION_INVALID');
    refused(() => signed.authorize('POST', URL_A, [value]), 'OPTION_INVALID');
    refused(() => signed.authorize('POST', URL_A, [['a', value]]), 'OPTION_INVALID');
  }
  refused(() => signed.authorize(), 'OPTION_INVALID');
  refused(() => signed.authorize('GET'), 'OPTION_INVALID');
});

test('a request that cannot be signed reliably is REQUEST_INVALID', async (t) => {
  const signed = await session(t);
  const huge = 'x'.repeat(10 * 2 ** 20);
  const methods = ['', 'GET\n', 'GET\r\nX-Evil: 1', 'G\0T', 'G T', 'GÄT', '€', '\ud800', 'G&T', huge, `${huge}€`];
  const urls = [
    '',
    '/app',
    'h.example',
    'ftp://h.example/',
    'https://',
    'https://u:p@h.example/',
    'https://h.example/\n',
    'https://h.example/?a=\0',
    `https://h.example/${huge}`,
    `https://h.example/${'€'.repeat(2 ** 20)}`,
    'https://h.example/a/../b',
    'https://[::1/',
    'https://h.example:0x50/',
  ];
  for (const method of methods) {
    refused(() => signed.authorize(method, URL_A), 'REQUEST_INVALID');
    refused(() => signed.authorize(method, URL_A, [['a', 'b']]), 'REQUEST_INVALID');
    refused(() => signRequest({ method, url: URL_A }, CREDENTIALS), 'REQUEST_INVALID');
  }
  for (const url of urls) {
    refused(() => signed.authorize('GET', url), 'REQUEST_INVALID');
    refused(() => signed.authorize('GET', url, []), 'REQUEST_INVALID');
    if (url !== '') refused(() => signRequest({ method: 'GET', url }, CREDENTIALS), 'REQUEST_INVALID');
  }
  verify(signed.authorize('GET', URL_A), 'GET', URL_A);
});

test('authorize works only on its session, not detached or on another object', async (t) => {
  const signed = await session(t);
  const { authorize } = signed;
  assert.throws(() => authorize('GET', URL_A), TypeError);
  for (const other of [{}, Object.create(signed), null, 1]) assert.throws(() => authorize.call(other, 'GET', URL_A), TypeError);
  verify(authorize.call(signed, 'GET', URL_A), 'GET', URL_A);
});

test('workers sign in parallel, end, and leak nothing', { timeout: 120000 }, async () => {
  const code = `
    const { parentPort, workerData } = require('worker_threads');
    const { authenticate } = require(workerData.tba);
    authenticate(workerData.options).then((session) => {
      const headers = [];
      for (let n = 0; n < 1000; n += 1) headers.push(session.authorize('GET', workerData.url));
      parentPort.postMessage(headers);
    });`;
  const options = {
    argv: [],
    cwd: os.tmpdir(),
    home: path.join(os.tmpdir(), 'tba-none'),
    account: CREDENTIALS.realm,
    token: `${CREDENTIALS.tokenId}:${CREDENTIALS.tokenSecret}`,
    consumerKey: CREDENTIALS.consumerKey,
    consumerSecret: CREDENTIALS.consumerSecret,
  };
  const workerData = { tba: path.join(__dirname, '..', '..'), options, url: URL_A };
  const one = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(code, { eval: true, workerData, stderr: true });
      let headers = [];
      worker
        .on('message', (made) => {
          headers = made;
        })
        .on('error', reject)
        .on('exit', () => resolve(headers));
    });
  const made = [].concat(...(await Promise.all([one(), one(), one(), one()])), await one());
  assert.strictEqual(new Set(made.map((header) => fields(header).oauth_nonce)).size, 5000);
  for (const header of made.slice(0, 50)) verify(header, 'GET', URL_A);
});

test('collected sessions free their key, and sessions in use keep it', { timeout: 120000 }, async (t) => {
  const { execFileSync } = require('node:child_process');
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'tba-collected-'));
  t.after(() => fs.rmSync(home, { recursive: true, force: true }));
  const script = `
    const { authenticate } = require(${JSON.stringify(path.join(__dirname, '..', '..'))});
    const options = ${JSON.stringify({ argv: [], cwd: home, home, account: CREDENTIALS.realm, token: `${CREDENTIALS.tokenId}:${CREDENTIALS.tokenSecret}`, consumerKey: CREDENTIALS.consumerKey, consumerSecret: CREDENTIALS.consumerSecret })};
    (async () => {
      const kept = await authenticate(options);
      for (let n = 0; n < 200; n += 1) {
        const session = await authenticate(options);
        session.authorize('GET', ${JSON.stringify(URL_A)});
        if (n % 20 === 0) { gc(); await new Promise(setImmediate); }
      }
      gc();
      await new Promise(setImmediate);
      process.stdout.write(kept.authorize('GET', ${JSON.stringify(URL_A)}));
    })();`;
  verify(
    execFileSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    'GET',
    URL_A,
  );
});
