// Every store: the encrypted file, and the keychain where there is one.
'use strict';

const fs = require('fs');
const path = require('path');
const { check, freePort, removed, that } = require('../harness');
const { statusOf } = require('./sign-in');

/** No file of the vault holds the secret of a token that the simulator made. */
function assertNoSecrets({ folder, simulator }) {
  for (const name of fs.readdirSync(folder)) {
    const text = fs.readFileSync(path.join(folder, name)).toString('latin1');
    for (const token of simulator.tokens.values()) that(!text.includes(token.tokenSecret), `a secret in ${name}`);
  }
}

async function encrypted(context) {
  const { folder, project, simulator, tba } = context;
  const vm = simulator.url;
  await check('encrypted file: saved and used again; a wrong passphrase is refused; no plain text', async () => {
    removed(path.join(folder, 'secrets.json'));
    removed(path.join(project, '.nsdeploy'));
    Object.assign(process.env, { NETSUITE_TBA_STORE: 'encrypted-file', NETSUITE_TBA_PASSPHRASE: 'correct horse battery' });
    const session = await tba.authenticate({ authId: 'enc', account: '1234567_SB1', vm, port: await freePort(), timeoutMs: 60000 });
    that(session.source === 'generated', session.source);
    const again = await tba.authenticate({ authId: 'enc', vm, timeoutMs: 60000 });
    that(again.source === 'saved' && (await statusOf(again)) === 200, again.source);
    process.env.NETSUITE_TBA_PASSPHRASE = 'wrong';
    const error = await tba.authenticate({ authId: 'enc', vm, interactive: false, timeoutMs: 20000 }).catch((reason) => reason);
    that(error && error.code && /PASSPHRASE/.test(error.code), `${error.code} ${error.message}`);
    assertNoSecrets(context);
    process.env.NETSUITE_TBA_PASSPHRASE = 'correct horse battery';
    await new tba.TokenVault({ store: 'encrypted-file' }).remove('enc');
    delete process.env.NETSUITE_TBA_PASSPHRASE;
    return error.code;
  });
}

async function withoutKeychain(context) {
  const { cli, simulator, tba } = context;
  const vm = simulator.url;
  await check('no keychain: the store keychain is KEYCHAIN_MISSING', async () => {
    process.env.NETSUITE_TBA_STORE = 'keychain';
    const options = { authId: 'kc', account: '1234567_SB1', vm, port: await freePort(), timeoutMs: 30000 };
    const error = await tba.authenticate(options).catch((reason) => reason);
    that(error && error.code === 'KEYCHAIN_MISSING', `${error.code} ${error.message}`);
    return error.message.split('\n')[0];
  });
  await check('no keychain: the file store is used only when it was chosen or announced', async () => {
    delete process.env.NETSUITE_TBA_STORE;
    const login = ['login', 'auto', '--account', '1234567_SB1', '--vm', vm, '--port', String(await freePort())];
    const done = await cli(login);
    const saved = new tba.TokenVault().list().filter((each) => each.authId === 'auto');
    // Nobody is at a terminal here: either it says that a store must be named, or it warns.
    if (done.code === 0) that(saved.length === 1 && saved[0].store === 'file' && /warning/i.test(done.stderr), done.stderr);
    else that(saved.length === 0 && /NETSUITE_TBA_STORE=file/.test(done.stderr), done.stderr);
    if (saved.length) await new tba.TokenVault().remove('auto');
    return done.stderr.split(/\r?\n/).find((each) => /warning|NETSUITE_TBA_STORE/i.test(each));
  });
}

async function withKeychain(context) {
  const { pkg, programs, project, simulator, tba } = context;
  const vm = simulator.url;
  await check('keychain: the default; used by another process; removed; no secret in a file', async () => {
    delete process.env.NETSUITE_TBA_STORE;
    process.env.NETSUITE_TBA_KEYCHAIN_SERVICE = `netsuite-tba-check-${process.pid}`;
    const session = await tba.authenticate({ authId: 'kc', account: '1234567_SB1', vm, port: await freePort(), timeoutMs: 60000 });
    that(session.source === 'generated', session.source);
    const token = new tba.TokenVault().list().find((each) => each.authId === 'kc');
    that(token && token.store === 'keychain', token);
    const script = `require(${JSON.stringify(pkg)}).authenticate({ authId: 'kc', vm: ${JSON.stringify(vm)} })
      .then((s) => console.log(s.source, s.authorize('GET', 'https://h.example/').length > 50), (e) => console.log(e.code, e.message))`;
    const done = await programs.run(['-e', script], { cwd: project, env: process.env });
    that(/^saved true/.test(done.stdout), `${done.stdout} ${done.stderr}`);
    assertNoSecrets(context);
    that((await new tba.TokenVault().remove('kc')) === true, 'not removed');
    const gone = await tba.authenticate({ to: 'kc', vm, interactive: false }).catch((reason) => reason);
    that(gone.code === 'TOKEN_NOT_FOUND', gone.code);
  });
}

module.exports = async (context) => {
  await encrypted(context);
  if (context.keychain === 'absent') await withoutKeychain(context);
  else await withKeychain(context);
  process.env.NETSUITE_TBA_STORE = 'file';
};
