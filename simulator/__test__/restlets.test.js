// The Commerce RESTlets: they check requests strictly, and return deployed files unchanged.
'use strict';

const assert = require('node:assert');
const { createHmac, createHash, randomBytes } = require('node:crypto');
const { after, beforeEach, before, test } = require('node:test');
const { startSimulator } = require('..');
const { DEPLOYER, RESTLET, request, signedRequest } = require('./client');

let simulator;
let token;
before(async () => {
  simulator = await startSimulator();
});
beforeEach(() => {
  token = simulator.issueToken({ account: '1234567_SB1', role: '3' });
});
after(() => simulator.close());

const call = (method, path, options = {}) =>
  signedRequest(method, simulator.url + path, { consumer: simulator.consumer, token, realm: '1234567_SB1', ...options });
const websites = (options) => call('GET', `${RESTLET}&service_name=WEBSITE_SERVICE&t=${Date.now()}`, options);
const result = (answer) => {
  assert.strictEqual(answer.json().header.status.code, 'SUCCESS', answer.text);
  return answer.json().result;
};
const reason = () => simulator.requests[simulator.requests.length - 1].reason;

test('a correct request works with any query', async () => {
  assert.deepStrictEqual(Object.keys(result(await websites())), ['2', '3']);
  assert.strictEqual(
    (await call('GET', `${RESTLET}&service_name=WEBSITE_SERVICE&b=2&a=%2B&a=x+y&a=%20&c&d=%E2%82%AC&e=(a)!*`)).status,
    200,
  );
});

test('all failed sign-ins look the same to the client, and the log has the reason', async () => {
  const now = Math.floor(Date.now() / 1000);
  const cases = [
    [{ realm: undefined }, /no realm/],
    [{ realm: '1234567-SB1' }, /realm/],
    [{ realm: '1234567_sb1' }, /realm/],
    [{ realm: '1234567' }, /realm/],
    [{ token: { tokenId: token.tokenId, tokenSecret: 'x' } }, /InvalidSignature/],
    [{ token: { tokenId: 'x', tokenSecret: 'x' } }, /TokenRejected/],
    [{ oauth: { oauth_timestamp: String(now - 400) } }, /InvalidTimestamp/],
    [{ oauth: { oauth_nonce: 'abc' } }, /NonceRejected/],
    [{ consumer: { key: 'unknown', secret: 'x' } }, /UnknownIntegration/],
    [{ headers: { authorization: undefined } }, /no Authorization/],
  ];
  for (const [options, expected] of cases) {
    const answer = await websites(options);
    assert.strictEqual(answer.status, 401, JSON.stringify(options));
    assert.deepStrictEqual(answer.json(), { error: { code: 'INVALID_LOGIN_ATTEMPT', message: 'Invalid login attempt.' } });
    assert.match(reason(), expected);
  }
});

test('older timestamps, repeated nonces and revoked tokens are refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const oauth = { oauth_timestamp: String(now), oauth_nonce: 'once-only' };
  assert.strictEqual((await websites({ oauth })).status, 200);
  assert.strictEqual((await websites({ oauth })).status, 401);
  assert.match(reason(), /NonceUsed/);
  assert.strictEqual((await websites({ oauth: { oauth_timestamp: String(now - 4) } })).status, 200);
  assert.strictEqual((await websites({ oauth: { oauth_timestamp: String(now - 30) } })).status, 401);
  assert.match(reason(), /goes back/);
  simulator.revoke(token.tokenId);
  assert.strictEqual((await websites()).status, 401);
});

test('the clock can be wrong, and the Date header shows it', async () => {
  simulator.clockOffsetMs = 900000;
  const answer = await websites();
  simulator.clockOffsetMs = 0;
  assert.strictEqual(answer.status, 401);
  assert.ok(Math.abs(Date.parse(answer.headers.date) - Date.now() - 900000) < 5000);
});

test('unknown scripts, methods, types and limits are refused as NetSuite does', async () => {
  assert.strictEqual((await call('GET', '/app/site/hosting/restlet.nl?script=x&deploy=y')).json().error.code, 'SSS_INVALID_SCRIPTLET_ID');
  assert.strictEqual(
    (await call('POST', RESTLET, { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
    401,
  );
  assert.strictEqual((await call('POST', RESTLET, { body: '<a/>', headers: { 'content-type': 'application/xml' } })).status, 415);
  assert.strictEqual((await call('POST', RESTLET, { body: '{' })).status, 400);
  assert.strictEqual((await request('PATCH', simulator.url + RESTLET)).status, 405);
  const plain = await call('GET', RESTLET, { headers: { 'content-type': undefined, authorization: 'OAuth x=y' } });
  assert.match((await request('GET', simulator.url + RESTLET)).text, /^error code: INVALID_LOGIN_ATTEMPT\n/);
  assert.strictEqual(plain.status, 400);
  const many = await call('POST', RESTLET, { json: { service_name: 'FILE_SERVICE', operation: 'get_files', files: Array(21).fill('x') } });
  assert.strictEqual(many.json().header.status.code, 'ERROR');
});

async function getFiles(files) {
  return result(await call('POST', RESTLET, { json: { service_name: 'FILE_SERVICE', operation: 'get_files', files } })).files;
}

test('the initial extension has its files, in several calls, and there are no skins', async () => {
  const found = result(await call('GET', `${RESTLET}&service_name=EXTENSION_SERVICE&name=HelloWorld&vendor=Acme&version=1.0.0`));
  assert.strictEqual(found.extensions.length, 1);
  const [top] = await getFiles([found.extensions[0].manifest_id]);
  const manifest = JSON.parse(top.content);
  assert.ok(manifest.javascript.application.shopping.files.length > 5);
  assert.strictEqual(top.path, '/Acme/HelloWorld@1.0.0');
  assert.ok(simulator.files.get('1234567').get('2001').size > 40);
  const [image, template] = await getFiles([
    '/Acme/HelloWorld@1.0.0/assets/img/logo.png',
    'Acme/HelloWorld@1.0.0/Modules/Hello/Templates/helloworld_hello.tpl',
  ]);
  assert.strictEqual(Buffer.from(image.content, 'base64').toString('latin1', 1, 4), 'PNG');
  assert.match(template.content, /你好/);
  assert.deepStrictEqual(result(await call('GET', `${RESTLET}&service_name=SKIN_SERVICE&operation=search_skin`)), { skins: [] });
});

const post = (files) => call('POST', DEPLOYER, { json: { target_folder: '2001', files } });

test('a later fetch reads the deployed files, only in that account', async () => {
  const bytes = randomBytes(3000);
  const stored = await post([
    { path: '/Acme/New@1.0.0/manifest.json', type: 'JSON', contents: '{"name":"New"}' },
    { path: '/Acme/New@1.0.0/assets/a.png', type: 'PNGIMAGE', contents: bytes.toString('base64') },
  ]);
  const ids = stored.json().files.map((file) => file.id);
  const [, image] = await getFiles(ids);
  assert.ok(Buffer.from(image.content, 'base64').equals(bytes));
  const listed = (await call('GET', `${DEPLOYER}&fileName=__ns-uploader-manifest__.json&targetFolder=2001&t=1&get=getFile`)).json();
  assert.strictEqual(listed['/Acme/New@1.0.0/assets/a.png'], createHash('md5').update(bytes).digest('hex'));
  assert.ok(!simulator.files.get('1234567').get('2001').has('/Acme/New@1.0.0/assets/a.png'));
  const extension = { name: 'New', vendor: 'Acme', version: '1.0.0' };
  const { extension_id: id } = result(
    await call('POST', RESTLET, { json: { service_name: 'EXTENSION_SERVICE', operation: 'create_extension', extension } }),
  );
  assert.strictEqual(
    result(
      await call('PUT', RESTLET, {
        json: { service_name: 'EXTENSION_SERVICE', operation: 'update_extension', extension: { ...extension, extension_id: id } },
      }),
    ).extension_id,
    id,
  );
});

test('the deployer accepts 80 files and no path outside the folder', async () => {
  const file = (name) => ({ path: `/Acme/Big@1.0.0/${name}`, type: 'JAVASCRIPT', contents: 'x' });
  const list = (count) => Array.from({ length: count }, (_, i) => file(`f${i}.js`));
  assert.strictEqual((await post(list(81))).json().header.status.code, 'ERROR');
  assert.strictEqual((await post(list(80))).json().files.length, 80);
  for (const path of ['../x', 'a/../../x', '..']) assert.strictEqual((await post([file(path)])).json().header.status.code, 'ERROR', path);
});

test('an activation is a job that must be polled', async () => {
  const { job_id: job } = result(
    await call('PUT', RESTLET, {
      json: { service_name: 'EXTENSION_SERVICE', operation: 're_activate', website: '2', domain: 'shop.acme.example' },
    }),
  );
  const look = async () =>
    result(await call('GET', `${RESTLET}&service_name=EXTENSION_SERVICE&operation=get_activation_job&activation_job_id=${job}`)).state;
  assert.deepStrictEqual([await look(), await look()], ['IN_PROGRESS', 'DONE']);
});

function soap(action, body, passport) {
  const header = passport
    ? `<tokenPassport><account>1234567_SB1</account><consumerKey>${simulator.consumer.key}</consumerKey><token>${token.tokenId}</token><nonce>${passport.nonce}</nonce><timestamp>${passport.timestamp}</timestamp><signature algorithm="HMAC_SHA256">${passport.signature.replace(/=/g, '&#x3D;')}</signature></tokenPassport>`
    : '';
  return request('POST', `${simulator.url}/services/NetSuitePort_2020_2`, {
    headers: { soapaction: `"${action}"`, 'content-type': 'text/xml' },
    body: `<soap:Envelope><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`,
  });
}

function passport(secret = token.tokenSecret) {
  const nonce = randomBytes(10).toString('hex');
  const timestamp = String(Math.floor(Date.now() / 1000));
  const text = ['1234567_SB1', simulator.consumer.key, token.tokenId, nonce, timestamp].join('&');
  return { nonce, timestamp, signature: createHmac('sha256', `${simulator.consumer.secret}&${secret}`).update(text).digest('base64') };
}

test('SuiteTalk checks the token passport, finds and adds folders, reads files', async () => {
  assert.match(
    (await soap('getDataCenterUrls', '<getDataCenterUrls><account>1234567_SB1</account></getDataCenterUrls>')).text,
    /<restDomain>http:\/\/|<restDomain>http:&#/,
  );
  const search =
    '<search><searchRecord type="FolderSearchBasic"><parent operator="anyOf"><searchValue internalId="-15"/></parent><name><searchValue>Deploy_Extensions</searchValue></name></searchRecord></search>';
  assert.match((await soap('search', search, passport())).text, /<totalRecords>1<.*internalId="2001"/);
  assert.match((await soap('search', search, passport('wrong'))).text, /<faultstring>Invalid login attempt\.</);
  const used = passport();
  assert.strictEqual((await soap('search', search, used)).status, 200);
  assert.strictEqual((await soap('search', search, used)).status, 500);
  const added = await soap('add', '<add><record type="Folder"><name>New</name><parent internalId="-15"/></record></add>', passport());
  assert.match(added.text, /<baseRef internalId="\d+"/);
  const files =
    '<search><searchRecord type="FileSearchBasic"><folder><searchValue internalId="1501"/></folder><name><searchValue>activationManifest-shop.acme.example.json</searchValue></name></searchRecord></search>';
  const id = /record internalId="(\d+)"/.exec((await soap('search', files, passport())).text)[1];
  const content = /<content>([^<]+)</.exec((await soap('get', `<get><baseRef internalId="${id}" type="file"/></get>`, passport())).text)[1];
  assert.strictEqual(JSON.parse(Buffer.from(content, 'base64'))[0].name, 'HelloWorld');
});
