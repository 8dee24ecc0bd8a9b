// REST web services: records as in /services/rest/record/v1, and SELECT … FROM … of SuiteQL.
'use strict';

const { json } = require('./answers');
const { checkToken } = require('./token-endpoints');

const RECORD = '/services/rest/record/v1/';
const SUITEQL = '/services/rest/query/v1/suiteql';
const TYPES = ['customer', 'contact', 'salesorder'];
const SEEDED_CUSTOMERS = 23;
const LONGEST_PAGE = 1000;
const TITLES = { 400: 'Bad Request', 401: 'Unauthorized', 404: 'Not Found', 405: 'Method Not Allowed', 415: 'Unsupported Media Type' };

// The error format of REST web services.
function problem(status, code, detail, headers) {
  const value = {
    type: `https://www.rfc-editor.org/rfc/rfc9110.html#name-${status}`,
    title: TITLES[status],
    status,
    'o:errorDetails': [{ detail, 'o:errorCode': code }],
  };
  return json(status, value, Object.assign({ 'content-type': 'application/vnd.oracle.resource+json; type=error' }, headers));
}

function check(state, call) {
  const refused = checkToken(state, call);
  if (!refused) return null;
  return problem(
    refused.status,
    'INVALID_LOGIN',
    'Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI.',
    {
      'www-authenticate': refused.headers['www-authenticate'] || 'OAuth',
    },
  );
}

class Records {
  constructor() {
    this.byType = new Map(TYPES.map((type) => [type, new Map()]));
    this.last = 100;
    for (let i = 1; i <= SEEDED_CUSTOMERS; i += 1)
      this.add('customer', { companyName: `Customer ${i}`, email: `customer${i}@example.com` });
  }

  add(type, fields) {
    this.last += 1;
    const id = String(this.last);
    this.byType.get(type).set(id, Object.assign({}, fields, { id }));
    return id;
  }
}

function recordsOf(state, call) {
  const { account } = call.token;
  if (!state.records.has(account)) state.records.set(account, new Records());
  return state.records.get(account);
}

const originOf = (call) => `${call.scheme}://${call.headers.host}`;

function whole(text, fallback) {
  if (text === null) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}

// One page of a list with its links. Both services use this format.
function page(call, all, item) {
  const limit = whole(call.query.get('limit'), LONGEST_PAGE);
  const offset = whole(call.query.get('offset'), 0);
  if (!(limit >= 1 && limit <= LONGEST_PAGE))
    return problem(400, 'INVALID_PARAMETER', `The limit has to be a number from 1 to ${LONGEST_PAGE}.`);
  if (!(offset >= 0) || offset % limit !== 0) return problem(400, 'INVALID_PARAMETER', 'The offset has to be divisible by the limit.');
  const items = all.slice(offset, offset + limit);
  const hasMore = offset + items.length < all.length;
  const href = (at) => {
    const query = new URLSearchParams(call.query);
    query.set('limit', String(limit));
    query.set('offset', String(at));
    return `${originOf(call)}${call.path}?${query}`;
  };
  const links = [{ rel: 'self', href: href(offset) }];
  if (hasMore) links.push({ rel: 'next', href: href(offset + limit) });
  if (offset > 0) links.push({ rel: 'prev', href: href(Math.max(0, offset - limit)) });
  return json(200, { links, count: items.length, hasMore, items: items.map(item), offset, totalResults: all.length });
}

// Returns undefined if the body is not a JSON object.
function objectOf(call) {
  try {
    const value = JSON.parse(call.body.toString('utf8'));
    return value && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isJson = (call) => /^application\/(vnd\.oracle\.resource\+)?json\b/i.test(call.headers['content-type'] || '');

function written(call, type, id) {
  return { status: 204, headers: { location: `${originOf(call)}${RECORD}${type}/${id}` }, body: '' };
}

function ran(state, call, id) {
  state.executed.push({ method: call.method, path: call.path, id, tokenId: call.token.tokenId });
}

function write(state, call, type, id) {
  if (!isJson(call)) return problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'The Content-Type has to be application/json.');
  const fields = objectOf(call);
  if (!fields) return problem(400, 'INVALID_CONTENT', 'The request body is not a JSON object.');
  const records = recordsOf(state, call);
  ran(state, call, fields.id === undefined ? id : String(fields.id));
  if (id === null) return written(call, type, records.add(type, fields));
  Object.assign(records.byType.get(type).get(id), fields, { id });
  return written(call, type, id);
}

function record(state, call) {
  const [type, id = null, ...rest] = call.path.slice(RECORD.length).split('/');
  if (rest.length || !TYPES.includes(type)) return problem(404, 'NONEXISTENT_RECORD_TYPE', `The record type ${type} does not exist.`);
  const all = recordsOf(state, call).byType.get(type);
  if (call.method === 'GET' && call.body.length) return problem(400, 'INVALID_CONTENT', 'A GET request has no body.');
  if (id === null) {
    if (call.method === 'POST') return write(state, call, type, null);
    if (call.method !== 'GET') return problem(405, 'INVALID_METHOD', `${call.method} needs the ID of a record.`);
    return page(call, Array.from(all.keys()), (key) => ({
      links: [{ rel: 'self', href: `${originOf(call)}${call.path}/${key}` }],
      id: key,
    }));
  }
  if (!all.has(id)) return problem(404, 'NONEXISTENT_ID', 'The record instance does not exist. Provide a valid record instance ID.');
  if (call.method === 'POST') return problem(405, 'INVALID_METHOD', 'POST makes a new record and takes no ID.');
  if (call.method === 'GET')
    return json(200, Object.assign({ links: [{ rel: 'self', href: `${originOf(call)}${call.path}` }] }, all.get(id)));
  if (call.method !== 'DELETE') return write(state, call, type, id);
  ran(state, call, id);
  all.delete(id);
  return { status: 204, headers: {}, body: '' };
}

// Supports only SELECT columns FROM type.
function suiteql(state, call) {
  if (!/(^|,)\s*transient\s*(,|$)/i.test(call.headers.prefer || '')) {
    return problem(400, 'INVALID_HEADER', 'SuiteQL needs the header "Prefer: transient".');
  }
  if (!isJson(call)) return problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'The Content-Type has to be application/json.');
  const query = String((objectOf(call) || {}).q || '');
  const parts = /^\s*select\s+(\*|\w+(?:\s*,\s*\w+)*)\s+from\s+(\w+)\s*$/i.exec(query);
  const all = parts && recordsOf(state, call).byType.get(parts[2].toLowerCase());
  if (!all)
    return problem(
      400,
      'INVALID_PARAMETER',
      'Invalid search query. This simulator reads SELECT columns FROM customer, contact or salesorder.',
    );
  ran(state, call, call.query.get('offset') || '0');
  const columns = parts[1] === '*' ? null : parts[1].split(',').map((name) => name.trim().toLowerCase());
  return page(call, Array.from(all.values()), (fields) => {
    const row = { links: [] };
    for (const name of Object.keys(fields)) if (!columns || columns.includes(name.toLowerCase())) row[name.toLowerCase()] = fields[name];
    return row;
  });
}

module.exports = {
  endpoints: [
    { step: 'record', prefix: RECORD, methods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'], hosts: ['suitetalk'], check, answer: record },
    { step: 'suiteql', path: SUITEQL, methods: ['POST'], hosts: ['suitetalk'], check, answer: suiteql },
  ],
};
