// The configuration of a run: the command line wins over .nsdeploy, which wins over config.json. Also writes it back.
'use strict';

const fs = require('fs');
const path = require('path');
const { args } = require('./arguments');
const shape = require('./shape').current();

if (shape.dotenv) require('./dotenv').config();

const CONFIG = path.join('gulp', 'config', 'config.json');
const NSDEPLOY = '.nsdeploy';
const FROM_FLAGS = ['authID', 'account', 'token', 'vm', 'website', 'domain', 'role', 'applicationId', 'nsVersion'];

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

function readNsdeploy() {
  return readJson(NSDEPLOY).credentials || {};
}

function without(credentials, names) {
  const kept = {};
  for (const name of Object.keys(credentials)) {
    if (names.every((left) => !(left instanceof RegExp ? left.test(name) : left === name))) kept[name] = credentials[name];
  }
  return kept;
}

function write(file, value) {
  fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

function writeNsdeploy(credentials, left) {
  write(NSDEPLOY, { credentials: without(credentials, left) });
}

// Runs in every task when the website and domain are known.
function rememberChoice() {
  writeNsdeploy(configs.credentials, ['token', 'account', 'key', 'secret']);
}

// Runs at the end of a deployment, and writes key, secret, account and token to the file.
function rememberDeployment() {
  writeNsdeploy(configs.credentials, ['password', 'script', 'deploy', /^distro/]);
}

// Writes the whole configuration, including the consumer secret, to a file that most projects have in git.
function saveConfigs() {
  write(CONFIG, configs);
}

function load() {
  const saved = readJson(CONFIG);
  const credentials = args.to ? {} : Object.assign({}, saved.credentials, readNsdeploy());
  for (const name of FROM_FLAGS) if (args[name] !== undefined) credentials[name] = args[name];
  credentials.molecule = args.m || credentials.molecule;
  credentials.key = args.key || credentials.key || process.env.CONSUMER_KEY;
  credentials.secret = args.secret || credentials.secret || process.env.CONSUMER_SECRET;
  for (const name of Object.keys(credentials)) if (credentials[name] === undefined) delete credentials[name];
  return Object.assign({}, saved, { credentials });
}

const configs = load();

module.exports = { configs, readNsdeploy, rememberChoice, rememberDeployment, saveConfigs };
