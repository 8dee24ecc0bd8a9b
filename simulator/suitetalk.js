// The part of SuiteTalk SOAP that fetch and deploy need: data centre URLs, search, get, add.
'use strict';

const { hostLabel } = require('./accounts');
const { hmac, same } = require('./signature');
const { checkOrder, checkWindow, Refusal, spendNonce } = require('./verification');

const PREFIX = '/services/NetSuitePort_';
const PASSPORT_FIELDS = ['account', 'consumerKey', 'token', 'nonce', 'timestamp', 'signature'];
const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text) {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|lt|gt|amp|quot|apos);/gi, (whole, name) => {
    if (name[0] !== '#') return ENTITIES[name.toLowerCase()];
    const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function escapeXml(text) {
  return String(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

// The first element with this local name: { attributes, content }. This is not an XML parser, but enough for the four fixed requests.
function element(xml, name) {
  const match = new RegExp(`<(?:[\\w.-]+:)?${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</(?:[\\w.-]+:)?${name}\\s*>)`).exec(xml);
  return match ? { attributes: match[1] || '', content: match[2] || '' } : null;
}

function text(xml, name) {
  const found = element(xml, name);
  return found ? unescapeXml(found.content.trim()) : '';
}

function attribute(xml, name, key) {
  const found = element(xml, name);
  const match = found && new RegExp(`(?:^|\\s)${key}="([^"]*)"`).exec(found.attributes);
  return match ? unescapeXml(match[1]) : '';
}

function envelope(status, body) {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`,
  };
}

function fault(message) {
  return envelope(
    500,
    `<soapenv:Fault><faultcode>soapenv:Server.userException</faultcode><faultstring>${escapeXml(message)}</faultstring></soapenv:Fault>`,
  );
}

function operationOf(call) {
  const action = /([A-Za-z]+)"?$/.exec(call.headers.soapaction || '');
  return action ? action[1] : '';
}

// The signature of the token passport covers five values joined by "&". Its key is the same as for OAuth.
function passportProblem(state, call, xml) {
  const passport = element(xml, 'tokenPassport');
  if (!passport) return new Refusal('MissingTokenPassportRequiredFields', 'no token passport');
  const field = Object.assign(Object.create(null), ...PASSPORT_FIELDS.map((name) => ({ [name]: text(passport.content, name) })));
  Object.assign(call.entry.oauth, field);
  delete call.entry.oauth.signature;
  const missing = PASSPORT_FIELDS.find((name) => !field[name]);
  if (missing) return new Refusal('MissingTokenPassportRequiredFields', `${missing} is missing`);
  if (!/^HMAC[_-]SHA256$/.test(attribute(passport.content, 'signature', 'algorithm')))
    return new Refusal('InvalidSignature', 'algorithm has to be HMAC-SHA256');
  const consumer = state.consumers.get(field.consumerKey);
  const token = state.tokens.get(field.token);
  if (!consumer) return new Refusal('consumer_key_unknown', 'no integration record has this consumer key');
  if (!token || token.consumerKey !== field.consumerKey) return new Refusal('TokenRejected', 'no such token');
  const signed = ['account', 'consumerKey', 'token', 'nonce', 'timestamp'].map((name) => field[name]).join('&');
  call.entry.signatureOk = same(hmac(signed, consumer.secret, token.tokenSecret), field.signature);
  if (!call.entry.signatureOk) return new Refusal('InvalidSignature', 'the signature does not match');
  if (field.account !== token.account)
    return new Refusal('INVALID_LOGIN_ATTEMPT', `account "${field.account}" is not the token's account ${token.account}`);
  if (call.host.label && call.host.label !== hostLabel(token.account))
    return new Refusal('INVALID_LOGIN_ATTEMPT', `sent to ${call.host.name}, not to the account's host`);
  call.token = token;
  const who = `${field.consumerKey} ${field.token}`;
  return (
    checkWindow(state, field.timestamp) || spendNonce(state, who, field.nonce, field.timestamp) || checkOrder(state, who, field.timestamp)
  );
}

function check(state, call) {
  if (operationOf(call) === 'getDataCenterUrls') return null;
  const problem = passportProblem(state, call, call.body.toString('utf8'));
  if (!problem) return null;
  call.entry.reason = `${problem.code}: ${problem.detail}`;
  return fault('Invalid login attempt.');
}

function dataCenterUrls(state, call, xml) {
  const account = text(xml, 'account');
  if (!state.accounts.has(account)) return fault(`There is no account ${account}`);
  const urls = state.domains(account, call);
  const listed = Object.keys(urls)
    .map((name) => `<${name}>${escapeXml(urls[name])}</${name}>`)
    .join('');
  return envelope(
    200,
    `<getDataCenterUrlsResponse><getDataCenterUrlsResult><status isSuccess="true"/><dataCenterUrls>${listed}</dataCenterUrls></getDataCenterUrlsResult></getDataCenterUrlsResponse>`,
  );
}

// A search field is either <name><searchValue>…</searchValue></name> or <folder><searchValue internalId="…"/></folder>.
function searchValue(xml, name) {
  const found = element(xml, name);
  if (!found) return null;
  return attribute(found.content, 'searchValue', 'internalId') || text(found.content, 'searchValue');
}

function search(state, call, xml) {
  const cabinet = state.cabinets.of(call.token.account);
  const name = searchValue(xml, 'name');
  const forFolder = /FolderSearchBasic/.test(xml);
  const place = searchValue(xml, forFolder ? 'parent' : 'folder');
  const found = forFolder
    ? Array.from(cabinet.folderNames)
        .filter(([, folder]) => (!place || folder.parent === place) && (!name || folder.name === name))
        .map(([id, folder]) => ({ id, name: folder.name }))
    : Array.from(cabinet.byId.values())
        .map((file) => ({ id: file.id, folder: file.folder, name: file.path.slice(file.path.lastIndexOf('/') + 1) }))
        .filter((file) => (!place || file.folder === place) && (!name || file.name === name));
  const records = found
    .map(
      (record) =>
        `<record internalId="${escapeXml(record.id)}" xsi:type="${forFolder ? 'Folder' : 'File'}"><name>${escapeXml(record.name)}</name></record>`,
    )
    .join('');
  return envelope(
    200,
    `<searchResponse><searchResult><status isSuccess="true"/><totalRecords>${found.length}</totalRecords><recordList>${records}</recordList></searchResult></searchResponse>`,
  );
}

function failedStatus(message) {
  return `<status isSuccess="false"><statusDetail type="ERROR"><code>RCRD_DSNT_EXIST</code><message>${escapeXml(message)}</message></statusDetail></status>`;
}

function get(state, call, xml) {
  const id = attribute(xml, 'baseRef', 'internalId');
  const file = state.cabinets.of(call.token.account).byId.get(id);
  const read = file
    ? `<status isSuccess="true"/><record internalId="${escapeXml(id)}" xsi:type="File"><name>${escapeXml(file.path.slice(file.path.lastIndexOf('/') + 1))}</name><content>${file.bytes.toString('base64')}</content></record>`
    : failedStatus(`There is no file ${id}`);
  return envelope(200, `<getResponse><readResponse>${read}</readResponse></getResponse>`);
}

// Clients add only folders.
function add(state, call, xml) {
  const cabinet = state.cabinets.of(call.token.account);
  const name = text(xml, 'name');
  const parent = attribute(xml, 'parent', 'internalId') || null;
  const done = name
    ? `<status isSuccess="true"/><baseRef internalId="${cabinet.addFolder(name, parent)}" type="folder"/>`
    : failedStatus('A folder needs a name');
  return envelope(200, `<addResponse><writeResponse>${done}</writeResponse></addResponse>`);
}

const OPERATIONS = { getDataCenterUrls: dataCenterUrls, search, get, add };

function answer(state, call) {
  const operation = operationOf(call);
  if (!Object.prototype.hasOwnProperty.call(OPERATIONS, operation)) return fault(`Unknown operation ${operation}`);
  return OPERATIONS[operation](state, call, call.body.toString('utf8'));
}

module.exports = { endpoints: [{ step: 'soap', prefix: PREFIX, methods: ['POST'], hosts: ['webservices', 'suitetalk'], check, answer }] };
