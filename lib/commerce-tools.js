'use strict';

// State that all OAuth1 objects of one gulp process share: a native object for each configuration, the token of
// --token, the messages already printed, and the sign-ins that failed a moment ago.

const binding = require('./binding');
const { TbaError, fromNative } = require('./error');
const { processSnapshot } = require('./process-snapshot');

const MISSING_CONSUMER = 'Missing parameters --key or --secret. Check your .env file or add those parameters to the gulp task';
const NEXT = 'Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret.';
// The tools try three times, but a person who pressed Deny must not be asked again.
const FAILURE_STANDS_MS = 10 * 1000;

// The tools have already evaluated these flags and pass the name as an argument.
const CHOOSING = /^--(to|auth-?id)(=|$)/i;

const configurations = new Map();
const failures = new Map();
const told = new Set();
let handed = null;

/** Prints a message once: some callers swallow a rejection, others repeat it three times. */
function tell(text) {
  if (told.has(text)) return;
  told.add(text);
  process.stderr.write(`${text}\n`);
}

const text = (value) => (value === undefined || value === null || value === '' ? undefined : String(value));
const shown = (value) => String(value).replace(/[^\x20-\x7e]/g, '?');

function usage(message) {
  return new TbaError({ code: 'OPTION_INVALID', message, nextStep: message, exitCode: 2 });
}

function consumerMissing() {
  return new TbaError({ code: 'CONSUMER_MISSING', message: MISSING_CONSUMER, nextStep: NEXT, exitCode: 2 });
}

/** The error to throw. Its message also goes to stderr, because some releases of the tools do not show it. */
function failure(error) {
  const converted = fromNative(error);
  const known = converted instanceof TbaError && converted.code === 'CONSUMER_MISSING' ? consumerMissing() : converted;
  if (!(known instanceof Error)) return known;
  if (known.showStack === undefined) known.showStack = false;
  // Node 12 and 14 print the stack of an unhandled rejection, and release 22.x of the tools handles none.
  if (known instanceof TbaError) known.stack = `${known.name}: ${known.message}`;
  tell(known.message);
  return known;
}

/** The command line without the flags that select a token. */
function typedFlags() {
  const rest = process.argv.slice(2);
  const kept = [];
  for (let at = 0; at < rest.length; at += 1) {
    const flag = CHOOSING.exec(rest[at]);
    if (!flag) kept.push(rest[at]);
    else if (flag[2] === '' && at + 1 < rest.length && !rest[at + 1].startsWith('-')) at += 1;
  }
  return kept;
}

const typedTo = () => process.argv.slice(2).some((word) => /^--to(=|$)/.test(word));

/** The native object for a configuration. It is cached because the tools make a new OAuth1 for every request. */
function configuration({ consumer, vm, molecule }, token) {
  const { NETSUITE_TBA_HOME, NETSUITE_TBA_STORE, HOME } = process.env;
  const parts = [consumer.key, consumer.secret, vm, molecule, token, NETSUITE_TBA_HOME, NETSUITE_TBA_STORE, HOME, process.argv.length];
  const key = JSON.stringify(parts.map((part) => (part === undefined ? null : part)));
  let found = configurations.get(key);
  if (!found) {
    const options = {};
    const given = { consumerKey: consumer.key, consumerSecret: consumer.secret, vm, molecule };
    if (token) Object.assign(given, { token: `${token.token}:${token.secret}`, account: token.account });
    for (const name of Object.keys(given)) if (text(given[name])) options[name] = text(given[name]);
    found = new binding.NativeTools(options, typedFlags(), processSnapshot());
    configurations.set(key, found);
  }
  return found;
}

/** Remembers the token of --token, which the tools pass with some requests and not with others. */
function handOver(token) {
  if (text(token.token) && text(token.secret) && text(token.account)) handed = token;
}

/** For requests without a name: the native object whose token comes from an option or a variable, if there is one. */
function nameless(config) {
  const typed = configuration(config);
  if (typed.hasGiven()) return typed;
  return handed ? configuration(config, handed) : undefined;
}

/** The error of a sign-in that failed a moment ago, so that it is not started again automatically. */
function failedJustNow(tools, name) {
  const known = failures.get(tools);
  const last = known && known.get(name);
  return last && Date.now() - last.at < FAILURE_STANDS_MS ? last.error : undefined;
}

function noteFailure(tools, name, error) {
  if (!failures.has(tools)) failures.set(tools, new Map());
  failures.get(tools).set(name, { at: Date.now(), error });
}

module.exports = {
  configuration,
  consumerMissing,
  failedJustNow,
  failure,
  handOver,
  nameless,
  noteFailure,
  shown,
  tell,
  text,
  typedTo,
  usage,
};
