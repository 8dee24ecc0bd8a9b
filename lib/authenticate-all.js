'use strict';

// authenticateAll(): a session for each token that is named, all of them checked before any work begins.

const binding = require('./binding');
const { argvOf, authenticate } = require('./authenticate');
const { TbaError, errorOf, native, optionInvalid } = require('./error');

/** The names in the option `to` or in the flag --to; none if it does not name a token. */
function namesOf(to, argv) {
  if (Array.isArray(to)) {
    const areNames = to.length > 0 && to.every((name) => typeof name === 'string' && name.trim() !== '');
    if (!areNames || new Set(to).size < to.length) throw optionInvalid('The option to must be a list of different names.');
    return to;
  }
  if (to === undefined || to === null || typeof to === 'string') return native(() => binding.namesOfTokens(to || undefined, argvOf(argv)));
  return [];
}

async function signedIn(options, names) {
  if (names.length === 0) return [await authenticate(options)];
  if (names.length === 1) return [await authenticate({ ...options, to: names[0] })];
  const sessions = [];
  // One after the other, as each may ask a question. The project keeps the token that it has: none of several is "the" token.
  for (const to of names) sessions.push(await authenticate({ ...options, to, remember: false }));
  return sessions;
}

/** Two names may stand for one token, and its task must not run twice. */
function assertDifferent(sessions) {
  const seen = new Set();
  for (const { authId, account } of sessions) {
    const token = JSON.stringify([authId, account]);
    if (seen.has(token))
      throw errorOf('FLAG_INVALID', `Two names stand for one token: ${authId} of account ${account}.`, 'Name each token once.');
    seen.add(token);
  }
}

/** Asks NetSuite whether a token works. Returns the reason if it does not. */
async function reasonAgainst(session, signal) {
  try {
    const response = await session.fetch(`${session.baseUrl}/rest/tokeninfo`, { signal });
    if (response.ok) return null;
    const busy = response.status === 429 || response.status === 503;
    const code = busy ? 'RATE_LIMITED' : response.status >= 500 ? 'SERVER_ERROR' : 'UNEXPECTED_ANSWER';
    return errorOf(code, `The token of account ${session.account} could not be checked: NetSuite answered ${response.status}.`);
  } catch (error) {
    return error;
  }
}

/** The one error for all tokens that do not work. Its code is that of the first. */
function refusalOf(reasons, count) {
  const [first] = reasons;
  if (!(first instanceof TbaError)) return first;
  const others = reasons.slice(1).map(({ message }) => `\n${message}`);
  const nothing = count > 1 ? '\nNothing was started for any of the accounts.' : '';
  const { code, nextStep, exitCode } = first;
  return new TbaError({ code, nextStep, exitCode, message: `${first.message}${others.join('')}${nothing}` });
}

async function checkAll(sessions, signal) {
  const reasons = (await Promise.all(sessions.map((session) => reasonAgainst(session, signal)))).filter(Boolean);
  if (reasons.length) throw refusalOf(reasons, sessions.length);
}

async function workFor(sessions, work) {
  const ended = sessions.map(({ authId, account }) => ({ authId: authId || undefined, account, outcome: 'not started' }));
  const results = [];
  try {
    for (const [at, session] of sessions.entries()) {
      ended[at].outcome = 'failed';
      results.push(await work(session));
      ended[at].outcome = 'done';
    }
  } finally {
    if (ended.length > 1) binding.printSummary(ended);
  }
  return results;
}

async function authenticateAll(options = {}, work) {
  if (typeof options !== 'object' || options === null) throw optionInvalid('authenticateAll() takes an object of options.');
  if (work !== undefined && typeof work !== 'function') throw optionInvalid('authenticateAll() takes a function as its second argument.');
  const { to, ...rest } = options;
  const names = namesOf(to, options.argv);
  const sessions = await signedIn(names.length ? rest : options, names);
  assertDifferent(sessions);
  await checkAll(sessions, options.signal);
  return work ? workFor(sessions, work) : sessions;
}

module.exports = { authenticateAll };
