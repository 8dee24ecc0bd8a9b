// Asks on stdout like the prompt library of the tools. The answers come from COMMERCE_TOOLS_ANSWERS.
'use strict';

const { OAuth1 } = require('./oauth');

const NEW_TOKEN = 'New token';
const answers = JSON.parse(process.env.COMMERCE_TOOLS_ANSWERS || '{}');

function say(text) {
  process.stdout.write(`${text}\n`);
}

// An answer may be any part of the row of its choice.
async function ask(name, message, choices) {
  say(`? ${message}`);
  for (const choice of choices || []) say(`    ${choice}`);
  const wanted = answers[name];
  if (wanted === undefined) throw new Error(`Nobody answers "${message}"`);
  const answer = choices ? choices.find((choice) => choice === wanted) || choices.find((choice) => choice.startsWith(wanted)) : wanted;
  if (answer === undefined) throw new Error(`"${wanted}" is not among the choices of "${message}"`);
  say(`? ${message} ${answer}`);
  return answer;
}

// Resolves to the authID to use. Asks only if none is known.
async function authId(credentials) {
  const tokens = OAuth1.getAllTokens();
  const names = Object.keys(tokens);
  if (credentials.authID) {
    const saved = tokens[credentials.authID];
    if (saved) say(`Using token ${credentials.authID} - Account ${saved.account}, run with --to to change it`);
    return credentials.authID;
  }
  if (!names.length) say('\u001b[33mRemember to have TOKEN-BASED AUTHENTICATION feature enabled in your account.\u001b[39m');
  const rows = names.map((name) => `${name} - Account ${tokens[name].account}`);
  const row = await ask('token', 'Choose a saved token', [NEW_TOKEN].concat(rows));
  if (row !== NEW_TOKEN) return names[rows.indexOf(row)];
  const typed = await ask('authID', 'Enter an authentication ID (authID)');
  say('Continue the authentication process in the prompted browser.');
  return typed;
}

async function website(websites, given) {
  if (given) return websites[given];
  const list = Object.values(websites);
  const name = await ask(
    'website',
    'Choose your website',
    list.map((site) => site.name),
  );
  return list.find((site) => site.name === name);
}

async function domain(domains, given) {
  const name =
    given ||
    (await ask(
      'domain',
      'Choose your domain',
      domains.map((site) => site.domain),
    ));
  return domains.find((site) => site.domain === name);
}

async function extension(folders, given) {
  return given || (folders.length === 1 ? folders[0] : ask('extension', 'Choose the extension to deploy', folders));
}

module.exports = { authId, domain, extension, say, website };
