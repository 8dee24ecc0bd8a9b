// The HTML of the consent page and the other pages of the simulator. They contain no scripts and load nothing.
'use strict';

const STYLE = `
:root { color-scheme: light dark; --ground: #f3f5f4; --card: #fff; --ink: #17211d; --soft: #56635d; --line: #d3dbd7; --accent: #0f6b4f; --on-accent: #fff; --mark: #fff3cd; --mark-ink: #5c4300; }
@media (prefers-color-scheme: dark) { :root { --ground: #101513; --card: #19201d; --ink: #e8eeeb; --soft: #9fada6; --line: #34403a; --accent: #4fc59b; --on-accent: #06251a; --mark: #3a2f0c; --mark-ink: #f2d888; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.mark { background: var(--mark); color: var(--mark-ink); padding: .5rem 1rem; text-align: center; font-size: .875rem; }
main { max-width: 34rem; margin: 0 auto; padding: 2rem 1rem 3rem; }
.wide { max-width: 60rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; }
h1 { font-size: 1.375rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.0625rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; color: var(--soft); }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
legend small { display: block; font-weight: 400; color: var(--soft); }
label { display: flex; align-items: center; gap: .75rem; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 8px; margin-bottom: .5rem; cursor: pointer; }
label:has(:checked) { border-color: var(--accent); }
label small { margin-left: auto; color: var(--soft); }
input[type=radio] { accent-color: var(--accent); width: 1.125rem; height: 1.125rem; margin: 0; flex: none; }
.actions { display: flex; gap: .75rem; }
button { flex: 1; min-height: 2.75rem; border-radius: 8px; border: 1px solid var(--line); background: transparent; color: var(--ink); font: inherit; font-weight: 600; cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; margin: 0 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
`;

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function page(title, content, wide) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - NetSuite simulator</title>
<style>${STYLE}</style>
</head>
<body>
<header class="mark"><strong>NetSuite simulator.</strong> Not a real account: nothing here leaves this computer.</header>
<main${wide ? ' class="wide"' : ''}>${content}</main>
</body>
</html>
`;
}

function roleChoice(account, role, checked) {
  return `<label><input type="radio" name="grant" value="${escapeHtml(account.id)}:${escapeHtml(role.id)}"${checked ? ' checked' : ''}> ${escapeHtml(role.name)} <small>role ${escapeHtml(role.id)}</small></label>`;
}

function accountChoice(account, preselected) {
  const roles = account.roles.map((role) => roleChoice(account, role, preselected === `${account.id}:${role.id}`));
  return `<fieldset><legend>${escapeHtml(account.name)} <small>Account ${escapeHtml(account.id)}</small></legend>${roles.join('')}</fieldset>`;
}

function hidden(name, value) {
  return value === null ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

// The page of both sign-ins. `fields` are sent along with the decision, `role` is selected in the first account.
function allowPage({ path, accounts, role, fields, about }) {
  const first = accounts[0];
  const selected = first.roles.find((known) => known.id === role) || first.roles[0];
  return page(
    'Allow access?',
    `
<form class="card" method="post" action="${path}">
<h1>Allow netsuite-tba to sign in as you?</h1>
<p>Signed in as ${escapeHtml(first.user.name)}. The application gets a token for the account and role chosen here. It never sees your password. ${escapeHtml(about)}</p>
${fields.map(([name, value]) => hidden(name, value)).join('')}
${accounts.map((account) => accountChoice(account, `${first.id}:${selected.id}`)).join('')}
<div class="actions"><button name="action" value="deny">Deny</button><button class="main" name="action" value="allow">Allow</button></div>
</form>`,
  );
}

function problemPage(text) {
  return page('Sign-in stopped', `<div class="card"><h1>Sign-in stopped</h1><p>${escapeHtml(text)}</p></div>`);
}

module.exports = { allowPage, escapeHtml, page, problemPage };
