// Account IDs: their canonical form, their host names, and the sample accounts.
'use strict';

const CANONICAL = /^[A-Z0-9]{1,32}(_[A-Z0-9]{1,16})?$/;
const ACCOUNT_HOST = /^([a-z0-9-]+)\.(restlets\.api|app|suitetalk\.api)(\.[a-z0-9-]+)?\.netsuite\.com$/;
const SHARED_HOST = /^(system|rest|webservices)(\.[a-z0-9-]+)?\.netsuite\.com$/;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const SAMPLE_ROLES = [
  { id: '3', name: 'Administrator' },
  { id: '1000', name: 'SC Developer' },
  { id: '1001', name: 'Store Manager' },
];

const SAMPLE_ACCOUNTS = [
  { id: '1234567', name: 'Acme Outdoor', roles: SAMPLE_ROLES },
  { id: '1234567_SB1', name: 'Acme Outdoor (Sandbox 1)', roles: SAMPLE_ROLES },
  { id: 'TSTDRV1234567', name: 'Acme Test Drive', roles: SAMPLE_ROLES.slice(0, 2) },
];

const SAMPLE_USER = { id: '38', name: 'Robin Developer' };

function isCanonical(account) {
  return CANONICAL.test(account);
}

function hostLabel(account) {
  return account.toLowerCase().replace(/_/g, '-');
}

// Accepts full records or plain IDs, so that a test can pass accounts: ['7654321'].
function accountBook(accounts) {
  const book = new Map();
  for (const entry of accounts || SAMPLE_ACCOUNTS) {
    const record = typeof entry === 'string' ? { id: entry } : entry;
    if (!isCanonical(record.id)) {
      throw new Error(`"${record.id}" is not an account id such as 1234567_SB1`);
    }
    book.set(record.id, {
      id: record.id,
      name: record.name || `Account ${record.id}`,
      roles: (record.roles || SAMPLE_ROLES).map((role) => ({ id: String(role.id), name: role.name })),
      user: record.user || SAMPLE_USER,
    });
  }
  return book;
}

// Finds the NetSuite host that a Host header names. For anything else, kind is 'unknown'.
function parseHost(header) {
  const match = /^(\[[0-9a-f:]+\]|[^:]*)(?::(\d+))?$/i.exec(header || '');
  if (!match) return { kind: 'unknown', name: '' };
  const name = match[1].toLowerCase();
  if (LOOPBACK.has(name)) return { kind: 'loopback', name };
  const own = ACCOUNT_HOST.exec(name);
  if (own) return { kind: own[2].replace('.api', ''), name, label: own[1] };
  const shared = SHARED_HOST.exec(name);
  if (shared) return { kind: shared[1], name };
  return { kind: 'unknown', name };
}

// The account of an account-specific host, or null for a host that all accounts share.
function accountOfHost(book, host) {
  if (!host.label) return null;
  for (const account of book.values()) {
    if (hostLabel(account.id) === host.label) return account;
  }
  return null;
}

module.exports = { accountBook, accountOfHost, hostLabel, isCanonical, parseHost };
