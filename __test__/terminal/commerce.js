// A project of Oracle's Commerce tools as init finds it, and a registry on loopback that npm installs from.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { npm } = require('../nodes');

const CANARY = { key: 'canary-consumer-key', secret: 'canary-consumer-secret' };
const TOKENS = { dev: { token: 'canary-token-id', secret: 'canary-token-secret', account: '1234567-SB1' } };

/** Writes files. Values that are not strings are written as JSON. */
function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  }
}

/** Turns the scene's project into one of the tools. `name` is their name for the package. */
function commerce(it, { name = 'oauth1', version = '2024.1.2', tools = 'extension', distro = 'gulp/distro.json' } = {}) {
  const folder = `ns_npm_repository/${name}`;
  write(it.project, {
    [distro]: { name: tools, version },
    'package.json': { name: `sc-${tools}`, version, dependencies: { 'gulp-stand-in': '^1.0.0', [name]: `file:./${folder}` } },
    [`${folder}/package.json`]: { name, version: '1.0.0', dependencies: { 'left-behind': '^1.0.0' } },
    [`${folder}/index.js`]: 'module.exports = "the old one";\n',
    '.nsdeploy': { credentials: { authID: 'dev', ...CANARY, hostname: 'system.netsuite.com' } },
    'gulp/config/config.json': { credentials: { ...CANARY }, dbConfig: { port: 7777 } },
  });
  write(it.home, { '.nstba': TOKENS });
}

/** Packs these files as an npm package. */
function packed(folder, manifest, files = { 'index.js': `module.exports = ${JSON.stringify(manifest.name)};\n` }) {
  const source = path.join(folder, 'sources', manifest.name);
  write(source, { 'package.json': manifest, ...files });
  const done = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: source });
  if (done.status !== 0) throw new Error(done.stderr);
  // Since npm 12 the result is keyed by name.
  const { filename } = Object.values(JSON.parse(done.stdout))[0];
  return { manifest, file: path.join(folder, filename.replace('@', '').replace('/', '-')) };
}

/** Serves packages like npm's registry until the test ends. */
async function registry(t, packages) {
  const server = http.createServer((request, response) => {
    const asked = decodeURIComponent(request.url).split('?')[0].slice(1);
    const wanted = packages.find(({ manifest }) => asked === manifest.name || asked === `${manifest.name}/-/it.tgz`);
    if (!wanted) {
      response.writeHead(404).end('{}');
    } else if (asked.endsWith('.tgz')) {
      response.end(fs.readFileSync(wanted.file));
    } else {
      const { manifest, file } = wanted;
      const integrity = `sha512-${crypto.createHash('sha512').update(fs.readFileSync(file)).digest('base64')}`;
      const dist = { tarball: `http://${request.headers.host}/${manifest.name}/-/it.tgz`, integrity };
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          name: manifest.name,
          'dist-tags': { latest: manifest.version },
          versions: { [manifest.version]: { ...manifest, dist } },
        }),
      );
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

module.exports = { CANARY, TOKENS, commerce, packed, registry, write };
