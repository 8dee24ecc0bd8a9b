'use strict';

// What one gulp process of Oracle's tools shares between all its OAuth1 objects: the native half of
// each configuration, tokens handed over, reasons told, sign-ins that failed just now.

const binding = require('./binding');
const { TbaError, fromNative } = require('./error');
const { processSnapshot, program } = require('./process-snapshot');

const MISSING_CONSUMER = 'Missing parameters --key or --secret. Check your .env file or add those parameters to the gulp task';
const NEXT = 'Put CONSUMER_KEY and CONSUMER_SECRET into .env, or pass --key and --secret.';
// The tools ask three times; a person who pressed Deny is asked once.
const FAILURE_STANDS_MS = 10 * 1000;

// The names the tools choose come by argument; these flags would choose once more.
const CHOOSING = /^--(to|auth-?id)(=|$)/i;

const configurations = new Map();
const failures = new Map();
const told = new Set();
let handed = null;

/** Says a reason once: some callers swallow a rejection, others repeat it three times. */
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

/** The error the tools show. The reason goes to stderr as well, for those that do not. */
function failure(error) {
  const converted = fromNative(error);
  const known = converted instanceof TbaError && converted.code === 'CONSUMER_MISSING' ? consumerMissing() : converted;
  if (!(known instanceof Error)) return known;
  if (known.showStack === undefined) known.showStack = false;
  // Node 12 and 14 print the stack of a rejection nobody handles, and 22.x of the tools handles none.
  if (known instanceof TbaError) known.stack = `${known.name}: ${known.message}`;
  tell(known.message);
  return known;
}

/** The command line without the flags that choose a token. */
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

/** The native half of a configuration; the tools make a new OAuth1 for every request. */
function configuration({ consumer, vm, molecule }, token) {
  const { NETSUITE_TBA_HOME, NETSUITE_TBA_STORE, HOME } = process.env;
  const parts = [consumer.key, consumer.secret, vm, molecule, token, NETSUITE_TBA_HOME, NETSUITE_TBA_STORE, HOME, process.argv.length];
  const key = JSON.stringify(parts.map((part) => (part === undefined ? null : part)));
  let found = configurations.get(key);
  if (!found) {
    const options = { argv: typedFlags(), choose: false, program: program() };
    const given = { consumerKey: consumer.key, consumerSecret: consumer.secret, vm, molecule };
    if (token) Object.assign(given, { token: `${token.token}:${token.secret}`, account: token.account });
    for (const name of Object.keys(given)) if (text(given[name])) options[name] = text(given[name]);
    found = new binding.NativeTools(options, processSnapshot());
    configurations.set(key, found);
  }
  return found;
}

/** The token of --token, which the tools hand over with some requests and forget with others. */
function handOver(token) {
  if (text(token.token) && text(token.secret) && text(token.account)) handed = token;
}

/** For requests without a name: the native half that has a token given from outside, if any. */
function nameless(config) {
  const typed = configuration(config);
  if (typed.hasGiven()) return typed;
  return handed ? configuration(config, handed) : undefined;
}

/** A sign-in that failed a moment ago is not tried again by itself. */
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
