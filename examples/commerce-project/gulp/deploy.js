// extension:deploy: sends the changed files, writes the extension's record, and reads everything back to compare it.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { WORKSPACE, download, inChunks, listed, placeFor, upload } = require('./files');
const { targetFolder } = require('./folder');
const { Progress } = require('./progress');
const { call, deployedFiles, sendFiles } = require('./restlet');
const { say } = require('./say');
const { TaskError } = require('./task-error');

const PER_CHUNK = 80;

function chooseFolder(wanted) {
  const folders = fs.readdirSync(WORKSPACE).filter((name) => fs.existsSync(path.join(WORKSPACE, name, 'manifest.json')));
  if (!folders.length) throw new TaskError('Workspace is empty. Run "gulp extension:fetch" first.');
  const folder = wanted ? folders.find((name) => name === wanted) : folders.length === 1 && folders[0];
  if (!folder) throw new TaskError(`Say which extension with --extension: ${folders.join(', ')}`);
  return folder;
}

function readManifest(folder) {
  try {
    return JSON.parse(fs.readFileSync(placeFor(folder, 'manifest.json'), 'utf8'));
  } catch (error) {
    throw new TaskError(`Workspace/${folder}/manifest.json cannot be read: ${error.message}`);
  }
}

// The manifest and every file it lists: name -> bytes.
function readFiles(folder, manifest) {
  const files = new Map();
  for (const name of ['manifest.json'].concat(listed(manifest))) {
    try {
      files.set(name, fs.readFileSync(placeFor(folder, name)));
    } catch (error) {
      throw error instanceof TaskError ? error : new TaskError(`manifest.json lists ${name}, but Workspace/${folder} does not have it.`);
    }
  }
  return files;
}

function changedNames(files, root, deployed) {
  const digest = (bytes) => crypto.createHash('md5').update(bytes).digest('hex');
  return Array.from(files.keys()).filter((name) => deployed[`${root}/${name}`] !== digest(files.get(name)));
}

async function sendChanged(session, folderId, root, files, names) {
  const ids = new Map();
  const bytesOf = (list) => list.reduce((sum, name) => sum + files.get(name).length, 0);
  const progress = new Progress(names.length, bytesOf(names));
  for (const chunk of inChunks(names, PER_CHUNK)) {
    const stored = await sendFiles(
      session,
      folderId,
      chunk.map((name) => upload(root, name, files.get(name))),
    );
    for (const file of stored) ids.set(file.path, file.id);
    progress.sent(stored.length, bytesOf(chunk));
  }
  return ids;
}

async function writeRecord(session, manifest, manifestId) {
  const { name, vendor, version } = manifest;
  const {
    extensions: [known],
  } = await call(session, 'GET', 'EXTENSION_SERVICE', { name, vendor, version });
  const { available_targets: all } = await call(session, 'GET', 'EXTENSION_SERVICE', { operation: 'get_targets', name, vendor, version });
  const wanted = String(manifest.target || '')
    .split(',')
    .map((target) => target.trim());
  const extension = Object.assign({}, known, {
    name,
    vendor,
    version,
    type: String(manifest.type || 'extension').toUpperCase(),
    fantasy_name: manifest.fantasyName || name,
    description: manifest.description || '',
    targets: all.filter((target) => wanted.includes(target.name)),
  });
  if (manifestId) extension.manifest_id = manifestId;
  if (known) await call(session, 'PUT', 'EXTENSION_SERVICE', {}, { operation: 'update_extension', extension });
  else await call(session, 'POST', 'EXTENSION_SERVICE', {}, { operation: 'create_extension', extension });
  say(`${known ? 'Updated' : 'Created'} ${vendor}/${name} ${version}`);
}

async function compare(session, root, files) {
  const stored = await download(session, root, Array.from(files.keys()));
  const wrong = Array.from(files.keys()).filter((name) => !stored.has(name) || !stored.get(name).equals(files.get(name)));
  if (wrong.length) throw new TaskError(`NetSuite stored these files with other contents: ${wrong.join(', ')}`);
  say(`Read back ${stored.size} files, all equal byte for byte`);
}

async function deploy(session, choice) {
  const folder = chooseFolder(choice.extension);
  const manifest = readManifest(folder);
  const root = `/${manifest.vendor}/${manifest.name}@${manifest.version}`;
  const files = readFiles(folder, manifest);
  const folderId = await targetFolder(session);
  const names = changedNames(files, root, await deployedFiles(session, folderId));
  if (!names.length) {
    say(`Nothing changed in ${folder}: account ${session.account} has these ${files.size} files`);
    return;
  }
  const ids = await sendChanged(session, folderId, root, files, names);
  await writeRecord(session, manifest, ids.get(`${root}/manifest.json`));
  await compare(session, root, files);
}

module.exports = { deploy };
