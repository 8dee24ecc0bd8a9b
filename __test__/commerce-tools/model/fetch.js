// extension:fetch: downloads the active extensions of a domain into Workspace.
'use strict';

const fs = require('fs');
const path = require('path');
const { configs, saveConfigs } = require('./configs');
const { say } = require('./prompts');
const restlets = require('./restlet-client');
const { SoapClient } = require('./soap-client');
const { caught, chooseDomain, signIn } = require('./steps');

const FILES_PER_CALL = 20;

async function activeExtensions() {
  const { ssp_folder: folder, domain } = configs.credentials;
  const soap = new SoapClient();
  const { ids } = await soap.searchFile(folder, `activationManifest-${domain}.json`);
  if (!ids.length) return [];
  const { content } = await soap.getFile(ids[0]);
  return JSON.parse(Buffer.from(content, 'base64').toString('utf8'));
}

// Every list of files in a manifest, at any depth.
function filesIn(part) {
  if (!part || typeof part !== 'object') return [];
  if (Array.isArray(part.files)) return part.files;
  return Object.keys(part).reduce((all, name) => all.concat(filesIn(part[name])), []);
}

function inChunks(list, size) {
  return list.length ? [list.slice(0, size)].concat(inChunks(list.slice(size), size)) : [];
}

async function getFiles(files) {
  const answers = await Promise.all(
    inChunks(files, FILES_PER_CALL).map((chunk) =>
      restlets.call('POST', 'FILE_SERVICE', {}, { operation: 'get_files', files: chunk, optional: [] }),
    ),
  );
  return answers.reduce((all, answer) => all.concat(answer.files), []);
}

function store(root, name, file) {
  const target = path.join(root, name);
  const isText = /\.(js|json|tpl|scss|ss)$/.test(name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, Buffer.from(file.content, isText ? 'utf8' : 'base64'));
}

async function fetchExtension({ name, vendor, version }) {
  const { extensions } = await restlets.call('GET', 'EXTENSION_SERVICE', { name, vendor, version });
  if (!extensions.length) return 0;
  const [{ content }] = await getFiles([extensions[0].manifest_id]);
  const top = `/${vendor}/${name}@${version}`;
  const names = Array.from(new Set(filesIn(JSON.parse(content))));
  const files = await getFiles(names.map((file) => `${top}/${file}`));
  const root = path.join('Workspace', name);
  store(root, 'manifest.json', { content });
  for (const file of files) store(root, file.file.slice(top.length + 1), file);
  return files.length + 1;
}

async function fetchAll() {
  for (const extension of await activeExtensions()) {
    say(`Fetched ${extension.name}: ${await fetchExtension(extension)} files`);
  }
  saveConfigs();
}

module.exports = { steps: signIn.concat(chooseDomain, caught(fetchAll)) };
