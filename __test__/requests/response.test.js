// The answer has the same members on every Node, and is the platform's own Response from Node 18 on.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { noNode, nodeOf, VERSIONS } = require('../nodes');
const { scene } = require('../scene');
const { inProcess, optionsFor, signedIn, ECHO } = require('./signed-in');

async function members({ authenticate, tell, ECHO }, options) {
  const session = await authenticate(options);
  const send = () => session.fetch(ECHO, { json: { id: 7, name: 'Größe 日本' } });
  const response = await send();
  const { status, statusText, ok, redirected, attempts, url } = response;
  tell({ status, statusText, ok, redirected, attempts, path: url.replace(/^http:\/\/[^/]*/, ''), used: response.bodyUsed });
  const listed = [];
  response.headers.forEach((_value, name) => {
    listed.push(name);
  });
  tell([
    response.headers.get('Content-Type'),
    response.headers.get('nothing'),
    response.headers.has('date'),
    listed.includes('content-type'),
  ]);
  tell((await response.json()).body);
  const again = await response.text().catch((error) => error.name);
  tell([response.bodyUsed, again]);
  tell(JSON.parse(await (await send()).text()).id);
  tell(Buffer.from(await (await send()).arrayBuffer()).includes('日本'));
  const created = await session.fetch('/services/rest/record/v1/customer', { json: { companyName: 'New' } });
  tell([created.status, await created.text()]);
  tell(typeof Response === 'function' && response instanceof Response);
}

for (const version of VERSIONS) {
  test(`Node ${version}`, async (t) => {
    const node = nodeOf(version);
    if (!node) return t.skip(noNode(version));
    const it = await scene(t);
    const { told, stderr } = await inProcess(it, members, optionsFor(it.simulator, it.simulator.issueToken()), { node });
    assert.ok(told && told.length, stderr);
    const [first, headers, body, used, id, bytes, created, isPlatform] = told;
    const path = '/app/site/hosting/restlet.nl?script=customscript_simulator_echo&deploy=customdeploy_simulator_echo';
    assert.deepStrictEqual(first, { status: 200, statusText: 'OK', ok: true, redirected: false, attempts: 1, path, used: false });
    assert.deepStrictEqual(headers, ['application/json;charset=UTF-8', null, true, true]);
    assert.deepStrictEqual(body, { id: 7, name: 'Größe 日本' });
    assert.deepStrictEqual(used, [true, 'TypeError']);
    assert.deepStrictEqual([id, bytes, created], ['7', true, [204, '']]);
    assert.strictEqual(isPlatform, Number(version.split('.')[0]) >= 18);
    return undefined;
  });
}

test('an answer with a byte order mark is JSON all the same', async (t) => {
  const { simulator, session } = await signedIn(t);
  simulator.fault('restlet:bom', 1);
  assert.strictEqual((await (await session.fetch(`${ECHO}&id=7`)).json()).id, '7');
});

test('a worker that is terminated stops its requests and leaves the process alone', async (t) => {
  const it = await scene(t);
  const options = optionsFor(it.simulator, it.simulator.issueToken());
  it.simulator.fault('restlet:hang', 1);
  const done = await inProcess(
    it,
    async ({ authenticate, tell, ECHO }, { options, root }) => {
      const { Worker } = require('worker_threads');
      const program = `require(${JSON.stringify(root)}).authenticate(${JSON.stringify(options)})
        .then((session) => { const sent = session.fetch(${JSON.stringify(ECHO)}); require('worker_threads').parentPort.postMessage('sent'); return sent; });`;
      const worker = new Worker(program, { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, 200));
      tell(await worker.terminate());
      const session = await authenticate(options);
      tell((await session.fetch(ECHO)).status);
    },
    { options, root: require('../scene').ROOT },
  );
  assert.deepStrictEqual([done.told, done.code], [[1, 200], 0], done.stderr);
});
