// The deployer RESTlet: lists a folder and stores files that arrive in chunks.
'use strict';

const { bytesOf } = require('./file-cabinet');

const FILES_PER_CHUNK = 80;
// Vendor/Name@version/…: no path may leave the folder of the extension.
const SAFE_PATH = /^\/[^/\\]+\/[^/\\@]+@[^/\\]+(\/[^/\\]+)+$/;

function deployerGet(cabinet, query) {
  const folder = query.get('targetFolder');
  if (query.get('get') !== 'getFile' || query.get('fileName') !== '__ns-uploader-manifest__.json' || !folder) return {};
  return cabinet.folders.has(folder) ? cabinet.digests(folder) : {};
}

function problemOf(file) {
  const path = file && file.path;
  if (typeof path !== 'string' || !SAFE_PATH.test(path) || path.split('/').includes('..')) return `Not a path of an extension: ${path}`;
  return bytesOf(file.type, file.contents) ? null : `Contents of ${path} are not what type ${file.type} needs`;
}

function deployerPost(cabinet, payload) {
  const files = payload.files;
  if (!payload.target_folder || !Array.isArray(files)) return { refused: 'target_folder and files are needed' };
  if (files.length > FILES_PER_CHUNK) return { refused: `At most ${FILES_PER_CHUNK} files per request, ${files.length} were sent` };
  // A chunk is stored completely or not at all.
  const problem = files.map(problemOf).find(Boolean);
  if (problem) return { refused: problem };
  const stored = files.map((file) => cabinet.put(String(payload.target_folder), file.path, file.type, bytesOf(file.type, file.contents)));
  return { value: { files: stored.map((file) => ({ path: file.path, id: file.id })) } };
}

module.exports = { deployerGet, deployerPost };
