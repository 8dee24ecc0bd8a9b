// The files of an extension: which of them the manifest lists, how they are sent, and where they may be written.
'use strict';

const fs = require('fs');
const path = require('path');
const { call } = require('./restlet');
const { TaskError } = require('./task-error');

const WORKSPACE = path.join(__dirname, '..', 'Workspace');
const PER_CALL = 20;
const TYPES = {
  '.tpl': 'PLAINTEXT',
  '.txt': 'PLAINTEXT',
  '.scss': 'SCSS',
  '.js': 'JAVASCRIPT',
  '.ss': 'WEBAPPSCRIPT',
  '.json': 'JSON',
  '.png': 'PNGIMAGE',
  '.jpg': 'JPGIMAGE',
  '.gif': 'GIFIMAGE',
};
const TEXT = new Set([
  'PLAINTEXT',
  'SCSS',
  'STYLESHEET',
  'HTMLDOC',
  'XMLDOC',
  'JAVASCRIPT',
  'WEBAPPSCRIPT',
  'WEBAPPPAGE',
  'JSON',
  'CONFIG',
]);

// Collects every list named "files" in the manifest, at any depth. Entries may repeat.
function listed(manifest) {
  const found = new Set();
  const walk = (node, key) => {
    if (key === 'files' && Array.isArray(node)) for (const file of node) found.add(file);
    else if (node && typeof node === 'object') for (const name of Object.keys(node)) walk(node[name], name);
  };
  walk(manifest, '');
  return Array.from(found);
}

// The manifest comes from a server, so no name in it may lead outside the extension's folder.
function placeFor(folder, name) {
  const root = path.join(WORKSPACE, folder);
  const place = path.resolve(root, name);
  const inside = path.relative(root, place);
  if (path.dirname(root) !== WORKSPACE || !inside || inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new TaskError(`Refused to write "${name}" of "${folder}": it is not inside Workspace.`);
  }
  return place;
}

function inChunks(list, size) {
  const chunks = [];
  for (let at = 0; at < list.length; at += size) chunks.push(list.slice(at, at + size));
  return chunks;
}

function travelsAsText(type, name) {
  return TEXT.has(type) && !(/(^|\/)assets\//.test(name) && !name.endsWith('.ss'));
}

// Reads files from NetSuite, 20 per call, under the names in the manifest. Returns name -> bytes.
async function download(session, root, names) {
  const bytes = new Map();
  for (const chunk of inChunks(names, PER_CALL)) {
    const { files } = await call(
      session,
      'POST',
      'FILE_SERVICE',
      {},
      { operation: 'get_files', files: chunk.map((name) => `${root}/${name}`), optional: [] },
    );
    for (const file of files) {
      const name = String(file.file).slice(root.length + 1);
      if (!chunk.includes(name)) throw new TaskError(`NetSuite sent "${file.file}", which was not asked for.`);
      bytes.set(name, Buffer.from(file.content, travelsAsText(file.type, name) ? 'utf8' : 'base64'));
    }
  }
  return bytes;
}

// The form in which a local file is sent: text types as text, all others as base64.
function upload(root, name, bytes) {
  const type = TYPES[path.extname(name).toLowerCase()] || 'MISCBINARY';
  return { path: `${root}/${name}`, type, contents: bytes.toString(TEXT.has(type) ? 'utf8' : 'base64') };
}

function save(folder, name, bytes) {
  const place = placeFor(folder, name);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, bytes);
}

module.exports = { WORKSPACE, download, inChunks, listed, placeFor, save, upload };
