// init: a project of Oracle's tools is put on this package and back, byte for byte.
'use strict';

const fs = require('fs');
const path = require('path');
const { check, that } = require('../harness');

/** Every file below a folder with its bytes. */
function snapshot(folder) {
  const found = {};
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isDirectory()) {
      const below = snapshot(file);
      for (const each of Object.keys(below)) found[path.join(name, each)] = below[each];
    } else found[name] = fs.readFileSync(file).toString('latin1');
  }
  return found;
}

/** A project in the shape of the tools of 24.1, with Windows line ends. */
function projectOfTools(folder) {
  fs.mkdirSync(path.join(folder, 'gulp', 'config'), { recursive: true });
  const manifest = {
    name: 'extension-development-tools',
    version: '24.1.2',
    dependencies: { gulp: '^4.0.2', oauth1: 'file:gulp/npm-packages/oauth1' },
  };
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2).replace(/\n/g, '\r\n')}\r\n`);
  fs.writeFileSync(path.join(folder, 'gulp', 'config', 'config.json'), '{\r\n  "credentials": {}\r\n}\r\n');
  fs.mkdirSync(path.join(folder, 'gulp', 'npm-packages', 'oauth1'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'gulp', 'npm-packages', 'oauth1', 'package.json'), '{"name":"oauth1","version":"1.0.0"}\n');
}

module.exports = async ({ cli, pkg, work }) => {
  const folder = path.join(work, 'tools of ours');
  projectOfTools(folder);
  const before = snapshot(folder);
  await check('init --dry-run writes nothing', async () => {
    const done = await cli(['init', '--dry-run'], { cwd: folder });
    that(done.code === 0, `${done.code} ${done.stdout} ${done.stderr}`);
    that(JSON.stringify(snapshot(folder)) === JSON.stringify(before), 'something was written');
  });
  await check('init --yes points the tools to this package', async () => {
    const done = await cli(['init', '--yes'], { cwd: folder });
    that(done.code === 0, `${done.code} ${done.stdout} ${done.stderr}`);
    const { dependencies } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    that(path.resolve(folder, dependencies.oauth1.replace(/^file:/, '')) === pkg, dependencies);
  });
  await check('init --undo restores every byte', async () => {
    const done = await cli(['init', '--undo', '--yes'], { cwd: folder });
    that(done.code === 0, `${done.code} ${done.stdout} ${done.stderr}`);
    const after = snapshot(folder);
    for (const name of Object.keys(before)) that(after[name] === before[name], `${name} differs`);
    that(Object.keys(after).length === Object.keys(before).length, Object.keys(after));
  });
};
