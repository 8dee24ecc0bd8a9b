// The page at "/": explains the simulator and shows an audit trail of recent requests.
'use strict';

const { escapeHtml, page } = require('./consent-page');

const SHOWN = 25;

function row(entry) {
  const signature = entry.signatureOk === null ? '' : entry.signatureOk ? 'right' : 'wrong';
  return `<tr><td>${escapeHtml(entry.method)}</td><td>${escapeHtml(entry.path)}</td><td>${entry.status}</td><td>${signature}</td><td>${escapeHtml(entry.reason || '')}</td></tr>`;
}

function homePage(state) {
  const accounts = Array.from(state.accounts.values()).map(
    (account) =>
      `<tr><td><code>${escapeHtml(account.id)}</code></td><td>${escapeHtml(account.name)}</td><td>${account.roles.map((role) => `${escapeHtml(role.name)} (${escapeHtml(role.id)})`).join(', ')}</td></tr>`,
  );
  const consumer = state.consumers.values().next().value;
  const trail = state.requests
    .filter((entry) => entry.status)
    .slice(-SHOWN)
    .reverse()
    .map(row);
  return page(
    'Home',
    `
<h1>NetSuite on your own computer</h1>
<p>Token endpoints, consent page, Commerce RESTlets and SuiteTalk, as strict about signatures as NetSuite itself. Everything is kept in memory only.</p>
<h2>Use it</h2>
<pre>CONSUMER_KEY=${escapeHtml(consumer.key)}
CONSUMER_SECRET=${escapeHtml(consumer.secret.startsWith('simulator-') ? consumer.secret : '(the one it was started with)')}

gulp extension:fetch --vm ${escapeHtml(state.url)}</pre>
<h2>Accounts</h2>
<div class="scroll"><table><tr><th>Id</th><th>Name</th><th>Roles</th></tr>${accounts.join('')}</table></div>
<h2>Audit trail</h2>
<p>The last ${SHOWN} requests. NetSuite sends clients only "Invalid login attempt"; the reason is shown here.</p>
<div class="scroll"><table><tr><th>Method</th><th>Path</th><th>Status</th><th>Signature</th><th>Reason</th></tr>${trail.join('') || '<tr><td colspan="5">None yet</td></tr>'}</table></div>`,
    true,
  );
}

module.exports = { homePage };
