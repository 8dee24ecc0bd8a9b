// extension:deploy: sends the changed files of Workspace, then creates or updates the extension's record.
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const { args } = require('./arguments');
const { configs, readNsdeploy, rememberDeployment } = require('./configs');
const network = require('./deploy-network');
const { extension, say } = require('./prompts');
const restlets = require('./restlet-client');
const shape = require('./shape').current();
const { SoapClient } = require('./soap-client');
const { caught, chooseDomain, signIn } = require('./steps');

const FILES_PER_CHUNK = 80;
const SUITESCRIPTS = '-15';
const TYPES = { '.js': 'JAVASCRIPT', '.json': 'JSON', '.tpl': 'PLAINTEXT', '.scss': 'SCSS', '.ss': 'WEBAPPSCRIPT', '.png': 'PNGIMAGE' };
const TEXT = /^(JAVASCRIPT|JSON|PLAINTEXT|SCSS|WEBAPPSCRIPT)$/;

function walk(folder) {
  return fs
    .readdirSync(folder)
    .sort()
    .reduce((all, name) => {
      const file = path.join(folder, name);
      return all.concat(fs.statSync(file).isDirectory() ? walk(file) : [file]);
    }, []);
}

function local(folder) {
  const root = path.join('Workspace', folder);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'manifest.json'), 'utf8'));
  const top = `/${manifest.vendor}/${manifest.name}@${manifest.version}`;
  const files = walk(root).map((file) => {
    const bytes = fs.readFileSync(file);
    const type = TYPES[path.extname(file)] || 'MISCBINARY';
    const digest = crypto.createHash('md5').update(bytes).digest('hex');
    return {
      path: `${top}/${path.relative(root, file).split(path.sep).join('/')}`,
      type,
      digest,
      contents: bytes.toString(TEXT.test(type) ? 'utf8' : 'base64'),
    };
  });
  return { manifest, files };
}

async function look(deploy) {
  deploy.local = local(await extension(fs.readdirSync('Workspace'), args.extension));
  const { name, vendor, version } = deploy.local.manifest;
  const query = { name, vendor, version };
  deploy.extension = (await restlets.call('GET', 'EXTENSION_SERVICE', query)).extensions[0];
  deploy.targets = (await restlets.call('GET', 'EXTENSION_SERVICE', Object.assign({ operation: 'get_targets' }, query))).available_targets;
}

// Errors in here are dropped, so the code that reads the response gets undefined.
async function quiet(request) {
  const answer = await request.then(
    (body) => ({ searchResponse: body }),
    () => undefined,
  );
  return answer.searchResponse;
}

async function findFolder(deploy) {
  const soap = new SoapClient();
  const found = await quiet(soap.searchFolder(SUITESCRIPTS, 'Deploy_Extensions'));
  deploy.folder = found.ids[0] || (await quiet(soap.addFolder(SUITESCRIPTS, 'Deploy_Extensions'))).ids[0];
  configs.credentials.target_folder = deploy.folder;
}

async function upload(deploy) {
  const there = await network.deployedFiles(deploy, deploy.folder);
  await quiet(new SoapClient().searchFolder(deploy.folder, deploy.local.manifest.vendor));
  const changed = deploy.local.files.filter((file) => there[file.path] !== file.digest);
  deploy.sent = [];
  for (let at = 0; at < changed.length; at += FILES_PER_CHUNK) {
    readNsdeploy();
    const chunk = changed.slice(at, at + FILES_PER_CHUNK).map((file) => ({ path: file.path, type: file.type, contents: file.contents }));
    const { files } = await network.sendFiles(deploy, deploy.folder, chunk);
    deploy.sent = deploy.sent.concat(files);
  }
}

async function record(deploy) {
  const { manifest } = deploy.local;
  if (!deploy.sent.length) {
    say('Nothing changed');
    return;
  }
  const file = deploy.sent.find((sent) => sent.path.endsWith('/manifest.json'));
  const wanted = {
    name: manifest.name,
    vendor: manifest.vendor,
    version: manifest.version,
    type: 'EXTENSION',
    fantasy_name: manifest.fantasyName,
    targets: deploy.targets.slice(0, 2).map((target) => target.target_id),
    manifest_id: file && file.id,
  };
  if (deploy.extension) wanted.extension_id = deploy.extension.extension_id;
  const operation = deploy.extension ? 'update_extension' : 'create_extension';
  await restlets.call(deploy.extension ? 'PUT' : 'POST', 'EXTENSION_SERVICE', {}, { operation, extension: wanted });
  say(`Deployed ${manifest.name}: ${deploy.sent.length} files`);
}

async function finish(deploy) {
  await record(deploy);
  rememberDeployment();
}

// Releases that sign in twice also list the websites twice.
const begin = Array.from({ length: shape.authorizes }).reduce((all) => all.concat(signIn, chooseDomain), []);

module.exports = { steps: begin.concat([look, findFolder, upload, finish].map(caught)) };
