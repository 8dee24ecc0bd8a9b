// Makes a project of a release in a temporary folder: copies the model's files and installs our package as oauth1.
'use strict';

const fs = require('fs');
const os = require('os');
const path = require('path');
const { SHAPES } = require('./model/shape');

const ROOT = path.join(__dirname, '..', '..');
const MODEL = path.join(__dirname, 'model');
const GULPFILE = "'use strict';\n\nrequire('./gulp/tasks').register(require('gulp'));\n";

const CONFIG = {
  credentials: {},
  folders: { source: { source_path: 'Workspace' } },
  dbConfig: { port: 7777 },
  services: { restlet: 'customscript_ns_sc_ext_mech_restlets', deployer: 'customscript_ext_mech_deployer_rest' },
};

function write(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

function link(target, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file, 'junction');
}

// The files that extension:deploy sends.
function addExtension(root) {
  const files = ['Modules/Main/JavaScript/Acme.Main.js', 'Modules/Main/JavaScript/Acme.Café.js'];
  const manifest = {
    name: 'Sample',
    fantasyName: 'Sample',
    vendor: 'Acme',
    type: 'extension',
    target: 'SCA,SCS',
    version: '1.0.0',
    javascript: { application: { shopping: { files } } },
  };
  write(path.join(root, 'Workspace', 'Sample', 'manifest.json'), manifest);
  for (const file of files) write(path.join(root, 'Workspace', 'Sample', file), `define('${path.basename(file)}', [], function () {});\n`);
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

// options: shape, nsdeploy and config (the credentials in these files), dotenv (text).
function makeProject(options) {
  const shape = SHAPES[options.shape];
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'commerce-tools-'));
  const at = (...parts) => path.join(root, ...parts);
  fs.mkdirSync(at('gulp'));
  for (const name of fs.readdirSync(MODEL)) fs.copyFileSync(path.join(MODEL, name), at('gulp', name));
  write(at('gulp', 'distro.json'), { name: 'extension', version: shape.tool });
  write(at('gulp', 'config', 'config.json'), Object.assign({}, CONFIG, { credentials: options.config || {} }));
  write(at('package.json'), {
    name: 'sc-extension',
    version: shape.tool,
    private: true,
    dependencies: { [shape.oauth]: `file:ns_npm_repository/${shape.oauth}` },
  });
  write(at('gulpfile.js'), GULPFILE);
  if (options.nsdeploy) write(at('.nsdeploy'), { credentials: options.nsdeploy });
  if (options.dotenv) write(at('.env'), options.dotenv);
  addExtension(root);
  // COMMERCE_TOOLS_PACKAGE names the folder of another package to test with the model.
  link(process.env.COMMERCE_TOOLS_PACKAGE || ROOT, at('node_modules', ...shape.oauth.split('/')));
  link(path.join(ROOT, 'node_modules', shape.gulp), at('node_modules', 'gulp'));
  return {
    root,
    package: shape.oauth,
    gulp: at('node_modules', 'gulp', 'bin', 'gulp.js'),
    path: at,
    nsdeploy: () => (readJson(at('.nsdeploy')) || {}).credentials || null,
    config: () => readJson(at('gulp', 'config', 'config.json')),
  };
}

module.exports = { makeProject };
