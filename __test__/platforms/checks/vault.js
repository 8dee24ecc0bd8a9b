// The vault's files: changes, many processes at once, files that others hold open, files as Windows editors write them.
'use strict';

const fs = require('fs');
const path = require('path');
const { check, skip, that, until } = require('../harness');

const entry = (simulator) => {
  const made = simulator.issueToken({ account: '1234567_SB1', role: '1000' });
  return { account: '1234567_SB1', token: made.tokenId, secret: made.tokenSecret };
};

/** Imports one token of that name in a process of its own. */
function imported({ cli, simulator, work }, name) {
  const file = path.join(work, `import-${name}.json`);
  fs.writeFileSync(file, JSON.stringify({ [name]: entry(simulator) }));
  return cli(['import', file]);
}

async function changes({ tba }) {
  await check('list, rename, remove', async () => {
    const vault = new tba.TokenVault({ store: 'file' });
    that(
      vault.list().some((each) => each.authId === 'first'),
      vault.list(),
    );
    await vault.rename('first', 'second');
    that(
      vault.list().some((each) => each.authId === 'second' && each.store === 'file'),
      vault.list(),
    );
    that((await vault.remove('second')) === true, 'not removed');
    that((await vault.remove('second')) === false, 'removed twice');
  });
}

async function together(context) {
  const { tba } = context;
  await check('eight processes write the vault at once; nothing is lost', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `many-${n}`);
    const done = await Promise.all(names.map((name) => imported(context, name)));
    that(
      done.every((each) => each.code === 0),
      done.map((each) => `${each.code} ${each.stderr}`).join('; '),
    );
    const found = new tba.TokenVault({ store: 'file' }).list().filter((each) => names.includes(each.authId));
    that(found.length === 8, `${found.length} of 8`);
  });
}

async function held(context) {
  const { folder, programs, tba, work } = context;
  await check('a file of the vault that another process holds open for a moment is replaced all the same', async () => {
    const sign = path.join(work, 'holding');
    // Windows refuses to replace an open file; other systems do not. Held for 300 ms, as a virus scanner does.
    const script = `const fs = require('fs'); const open = fs.openSync(${JSON.stringify(path.join(folder, 'tokens.json'))}, 'r');
      fs.writeFileSync(${JSON.stringify(sign)}, ''); setTimeout(() => fs.closeSync(open), 300);`;
    const holder = programs.start(['-e', script], { cwd: work, env: process.env });
    await until(() => fs.existsSync(sign), 'the file to be held');
    const done = await imported(context, 'held');
    holder.close();
    that(done.code === 0, done.stderr);
    that(
      new tba.TokenVault({ store: 'file' }).list().some((each) => each.authId === 'held'),
      'not saved',
    );
  });
}

async function windowsEditors(context) {
  const { home, project, simulator, tba } = context;
  await check('.env, .nsdeploy and .nstba with a byte order mark and Windows line ends are read', async () => {
    const { CONSUMER_KEY, CONSUMER_SECRET } = process.env;
    delete process.env.CONSUMER_KEY;
    delete process.env.CONSUMER_SECRET;
    fs.writeFileSync(path.join(project, '.env'), `# a comment\r\nCONSUMER_KEY=${CONSUMER_KEY}\r\nCONSUMER_SECRET="${CONSUMER_SECRET}"\r\n`);
    fs.writeFileSync(path.join(project, '.nsdeploy'), '\ufeff{\r\n\t"credentials": {\r\n\t\t"authID": "old"\r\n\t}\r\n}\r\n');
    fs.writeFileSync(path.join(home, '.nstba'), JSON.stringify({ old: entry(simulator) }, null, 2).replace(/\n/g, '\r\n'));
    const session = await tba.authenticate({ timeoutMs: 20000, interactive: false }).catch((error) => error);
    Object.assign(process.env, { CONSUMER_KEY, CONSUMER_SECRET });
    for (const file of [path.join(project, '.env'), path.join(project, '.nsdeploy'), path.join(home, '.nstba')]) fs.unlinkSync(file);
    that(session.authId === 'old' && session.host === '1234567-sb1.restlets.api.netsuite.com', `${session.code} ${session.message}`);
  });
}

async function owners({ folder }) {
  const what = 'the files of the vault are for their owner only';
  if (process.platform === 'win32') return skip(what, 'rights are access lists here, which Node does not show');
  return check(what, () => {
    that((fs.statSync(folder).mode & 0o777) === 0o700, `the folder has mode ${(fs.statSync(folder).mode & 0o777).toString(8)}`);
    for (const name of fs.readdirSync(folder)) {
      const mode = fs.statSync(path.join(folder, name)).mode & 0o777;
      that(fs.statSync(path.join(folder, name)).isDirectory() || (mode & 0o077) === 0, `${name} has mode ${mode.toString(8)}`);
    }
  });
}

module.exports = async (context) => {
  process.env.NETSUITE_TBA_STORE = 'file';
  const first = await imported(context, 'first');
  await check('import saves a token', () => that(first.code === 0, first.stderr));
  await changes(context);
  await together(context);
  await held(context);
  await windowsEditors(context);
  await owners(context);
};
