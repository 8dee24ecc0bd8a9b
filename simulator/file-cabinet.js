// The file cabinet of each account, in memory. A later fetch reads the files that were deployed.
'use strict';

const crypto = require('crypto');
const { seed } = require('./seed');

const FIRST_ID = 5001;
const SUITESCRIPTS = '-15';
const TEXT_TYPES = new Set([
  'PLAINTEXT',
  'JAVASCRIPT',
  'JSON',
  'STYLESHEET',
  'HTMLDOC',
  'XMLDOC',
  'SCSS',
  'WEBAPPSCRIPT',
  'WEBAPPPAGE',
  'CONFIG',
]);

class Cabinet {
  constructor(account) {
    this.account = account;
    this.nextId = FIRST_ID;
    this.folders = new Map();
    this.folderNames = new Map([[SUITESCRIPTS, { name: 'SuiteScripts', parent: null }]]);
    this.byId = new Map();
    this.byPath = new Map();
    this.extensions = new Map();
    this.jobs = new Map();
  }

  newId() {
    this.nextId += 1;
    return String(this.nextId - 1);
  }

  folder(id) {
    if (!this.folders.has(id)) this.folders.set(id, new Map());
    return this.folders.get(id);
  }

  addFolder(name, parent, id) {
    const key = id || this.newId();
    this.folderNames.set(key, { name, parent });
    this.folder(key);
    return key;
  }

  // An existing file keeps its ID, as in NetSuite.
  put(folderId, path, type, bytes) {
    const folder = this.folder(folderId);
    const known = folder.get(path);
    const file = { id: known ? known.id : this.newId(), folder: folderId, path, type, bytes };
    folder.set(path, file);
    this.byId.set(file.id, file);
    this.byPath.set(path, file);
    return file;
  }

  // By internal ID, or by path with or without the leading slash.
  find(asked) {
    const name = String(asked);
    return this.byId.get(name) || this.byPath.get(name.startsWith('/') ? name : `/${name}`) || null;
  }

  digests(folderId) {
    const list = {};
    for (const file of this.folder(folderId).values()) list[file.path] = crypto.createHash('md5').update(file.bytes).digest('hex');
    return list;
  }
}

// Everything under assets is sent as base64, including text, but not SuiteScript pages.
function contentOf(file) {
  const inAssets = /\/assets\//i.test(file.path) && !file.path.endsWith('.ss');
  return file.bytes.toString(inAssets || !TEXT_TYPES.has(file.type) ? 'base64' : 'utf8');
}

// Text types must arrive as text, all others as base64. Returns null for anything else.
function bytesOf(type, contents) {
  if (typeof contents !== 'string') return null;
  if (TEXT_TYPES.has(type)) return Buffer.from(contents, 'utf8');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(contents) ? Buffer.from(contents, 'base64') : null;
}

class FileCabinets {
  constructor(accounts) {
    this.cabinets = new Map();
    this.byAccount = new Map();
    for (const account of accounts) {
      const cabinet = new Cabinet(account);
      seed(cabinet);
      this.cabinets.set(account, cabinet);
      this.byAccount.set(account, cabinet.folders);
    }
  }

  of(account) {
    return this.cabinets.get(account);
  }
}

module.exports = { FileCabinets, bytesOf, contentOf };
