// The services of the Commerce RESTlets: websites, domains, extensions, files, activation, skins.
'use strict';

const { contentOf } = require('./file-cabinet');
const { DOMAINS, LOCATIONS, TARGETS, WEBSITES } = require('./seed');

const SERVICES = ['WEBSITE_SERVICE', 'EXTENSION_SERVICE', 'FILE_SERVICE', 'SKIN_SERVICE'];
const FILES_PER_CALL = 20;

function fine(value) {
  return { value };
}

function refused(message) {
  return { refused: message };
}

function domains(cabinet, query) {
  const site = DOMAINS[query.get('website_id')];
  return site ? fine(site) : refused(`There is no website ${query.get('website_id')}`);
}

function search(cabinet, query) {
  const wanted = ['name', 'vendor', 'version'].filter((key) => query.get(key));
  const found = Array.from(cabinet.extensions.values()).filter((extension) => wanted.every((key) => extension[key] === query.get(key)));
  return fine({ extensions: found });
}

// A record needs its files: without the manifest it could not be activated.
function record(cabinet, body, id) {
  const wanted = body.extension || {};
  if (!wanted.name || !wanted.vendor || !wanted.version) return refused('An extension needs name, vendor and version');
  const manifest = cabinet.find(wanted.manifest_id || `/${wanted.vendor}/${wanted.name}@${wanted.version}/manifest.json`);
  if (!manifest) return refused(`There is no manifest.json of ${wanted.vendor}/${wanted.name}@${wanted.version}`);
  const old = cabinet.extensions.get(id) || {};
  const targets = (wanted.targets || old.targets || TARGETS.slice(0, 2)).map(
    (target) => TARGETS.find((known) => known.target_id === String(target.target_id || target)) || target,
  );
  cabinet.extensions.set(id, Object.assign({}, old, wanted, { extension_id: id, manifest_id: manifest.id, targets }));
  return fine({ extension_id: id });
}

function create(cabinet, query, body) {
  const wanted = body.extension || {};
  const twin = Array.from(cabinet.extensions.values()).find((known) =>
    ['name', 'vendor', 'version'].every((key) => known[key] === wanted[key]),
  );
  return twin ? refused(`${wanted.vendor}/${wanted.name} ${wanted.version} exists already`) : record(cabinet, body, cabinet.newId());
}

function update(cabinet, query, body) {
  const id = String((body.extension || {}).extension_id || '');
  return cabinet.extensions.has(id) ? record(cabinet, body, id) : refused(`There is no extension ${id}`);
}

function getFiles(cabinet, query, body) {
  const asked = [].concat(body.files || []);
  const optional = new Set([].concat(body.optional || []).map(String));
  if (asked.length > FILES_PER_CALL) return refused(`At most ${FILES_PER_CALL} files per request, ${asked.length} were asked for`);
  const missing = asked.find((name) => !cabinet.find(name) && !optional.has(String(name)));
  if (missing !== undefined) return refused(`There is no file ${missing}`);
  return fine({
    files: asked
      .map((name) => ({ name, file: cabinet.find(name) }))
      .filter((entry) => entry.file)
      .map(({ name, file }) => ({
        file: name,
        path: file.path.slice(0, file.path.lastIndexOf('/')),
        content: contentOf(file),
        type: file.type,
      })),
  });
}

function activate(cabinet, query, body) {
  if (!body.website || !body.domain) return refused('Activation needs website and domain');
  const id = cabinet.newId();
  cabinet.jobs.set(id, { polls: 0 });
  return fine({ job_id: id });
}

// Not finished at the first request, so that clients have to poll.
function job(cabinet, query) {
  const found = cabinet.jobs.get(query.get('activation_job_id'));
  if (!found) return refused(`There is no job ${query.get('activation_job_id')}`);
  found.polls += 1;
  return fine({ state: found.polls > 1 ? 'DONE' : 'IN_PROGRESS' });
}

function operation(method, fits, run) {
  return { method, fits, run };
}

function get(name) {
  return (query) => query.get('operation') === name;
}

function send(name) {
  return (query, body) => body.operation === name;
}

// The first match wins. Services without an operation are distinguished by their parameters.
const operations = [
  operation('GET', get('get_targets'), () => fine({ available_targets: TARGETS })),
  operation('GET', get('get_activation_job'), job),
  operation('GET', get('search_skin'), () => fine({ skins: [] })),
  operation(
    'GET',
    (query) => query.get('subsidiary_id'),
    () => fine(LOCATIONS),
  ),
  operation('GET', (query) => query.get('website_id'), domains),
  operation('GET', (query, body, service) => service === 'EXTENSION_SERVICE', search),
  operation(
    'GET',
    (query, body, service) => service === 'WEBSITE_SERVICE',
    () => fine(WEBSITES),
  ),
  operation('POST', send('create_extension'), create),
  operation('POST', send('get_files'), getFiles),
  operation('PUT', send('update_extension'), update),
  operation('PUT', send('re_activate'), activate),
];

module.exports = { SERVICES, operations };
