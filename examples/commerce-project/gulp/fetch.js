// extension:fetch: downloads the extensions of a website's domain into Workspace.
'use strict';

const { download, listed, save } = require('./files');
const { call } = require('./restlet');
const { say } = require('./say');
const { TaskError } = require('./task-error');

async function chooseDomain(session, choice) {
  const websites = Object.values(await call(session, 'GET', 'WEBSITE_SERVICE', {}));
  const website = choice.website ? websites.find((one) => one.website_id === choice.website) : websites[0];
  if (!website)
    throw new TaskError(
      `No website "${choice.website || ''}". There are: ${websites.map((one) => `${one.website_id} (${one.name})`).join(', ') || 'none'}`,
    );
  const { domains } = await call(session, 'GET', 'WEBSITE_SERVICE', { website_id: website.website_id });
  const domain = choice.domain ? domains.find((one) => one.domain === choice.domain) : domains[0];
  if (!domain)
    throw new TaskError(`No domain "${choice.domain || ''}". There are: ${domains.map((one) => one.domain).join(', ') || 'none'}`);
  say(`Website ${website.name}, domain ${domain.domain}`);
  return domain;
}

async function fetchOne(session, extension) {
  const root = `/${extension.vendor}/${extension.name}@${extension.version}`;
  const {
    files: [top],
  } = await call(session, 'POST', 'FILE_SERVICE', {}, { operation: 'get_files', files: [extension.manifest_id], optional: [] });
  const manifest = JSON.parse(top.content);
  const files = await download(session, root, listed(manifest));
  save(extension.name, 'manifest.json', Buffer.from(top.content, 'utf8'));
  for (const [name, bytes] of files) save(extension.name, name, bytes);
  say(`${extension.vendor}/${extension.name} ${extension.version}: ${files.size + 1} files in Workspace/${extension.name}`);
}

function isNewer(a, b) {
  return a.version.localeCompare(b.version, 'en', { numeric: true }) > 0;
}

// Each extension has one folder in Workspace, which contains its newest version.
function newest(extensions) {
  const byName = new Map();
  for (const extension of extensions) {
    const known = byName.get(extension.name);
    if (known && known.vendor !== extension.vendor) {
      throw new TaskError(`${known.vendor} and ${extension.vendor} both have an extension ${extension.name}. Say which with --vendor.`);
    }
    if (!known || isNewer(extension, known)) byName.set(extension.name, extension);
  }
  return Array.from(byName.values());
}

async function fetch(session, choice) {
  await chooseDomain(session, choice);
  const search = Object.assign({}, choice.extension && { name: choice.extension }, choice.vendor && { vendor: choice.vendor });
  const { extensions } = await call(session, 'GET', 'EXTENSION_SERVICE', search);
  if (!extensions.length) throw new TaskError(`There is no extension ${choice.extension || 'to fetch'} in account ${session.account}.`);
  for (const extension of newest(extensions)) await fetchOne(session, extension);
}

module.exports = { fetch };
