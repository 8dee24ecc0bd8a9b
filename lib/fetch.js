'use strict';

// Session.fetch: checks a request, hands it to the native part, and shapes the answer.

const binding = require('./binding');
const { abortable } = require('./abort');
const { TbaError, fromNative, optionInvalid } = require('./error');
const { responseOf } = require('./response');

const KNOWN = new Set(['method', 'headers', 'body', 'json', 'query', 'signal', 'timeoutMs', 'retries', 'onRetry']);
const LONGEST = 24 * 60 * 60 * 1000;
const MOST_RETRIES = 20;

function requestInvalid(message, cause) {
  const nextStep = 'Correct the request; docs/requests.md says what can be sent.';
  const error = new TbaError({ code: 'REQUEST_INVALID', message: `${message}\n${nextStep}`, nextStep, exitCode: 2 });
  if (cause !== undefined) error.cause = cause;
  return error;
}

function urlOf(url) {
  if (typeof url === 'string') return url;
  if (url && typeof url.href === 'string') return url.href;
  throw requestInvalid('fetch() takes the URL as a string or URL.');
}

const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

function pair(name, value, what) {
  if (typeof name === 'string' && (typeof value === 'string' || typeof value === 'number')) return [name, String(value)];
  throw requestInvalid(`${what} takes strings${what === 'query' ? ' and numbers' : ''} as values.`);
}

/** Pairs of a list, of Headers, URLSearchParams or a Map, or of a plain object. */
function pairsOf(given, what) {
  if (given === undefined || given === null) return [];
  if (typeof given !== 'object') throw requestInvalid(`${what} takes an object or a list of pairs.`);
  if (typeof given[Symbol.iterator] !== 'function') {
    return Object.keys(given)
      .filter((name) => given[name] !== undefined)
      .map((name) => pair(name, given[name], what));
  }
  return Array.from(given, (entry) => {
    if (!Array.isArray(entry) || entry.length !== 2) throw requestInvalid(`${what} takes a list of [name, value] pairs.`);
    return pair(entry[0], entry[1], what);
  });
}

function jsonOf(value) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    throw requestInvalid(`json cannot be written as JSON: ${error.message}`, error);
  }
  if (text === undefined) throw requestInvalid(`json cannot be written as JSON: it is a ${typeof value}.`);
  return { kind: 'json', body: text };
}

function bytesOf(body) {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return new Uint8Array(body);
}

/** The body in a form the native part takes, and what it is. */
function bodyOf({ body, json }) {
  const given = body !== undefined && body !== null;
  if (json !== undefined) {
    if (given) throw requestInvalid('Give either body or json.');
    return jsonOf(json);
  }
  if (!given) return { kind: 'bytes', body: undefined };
  if (typeof body === 'string') return { kind: 'text', body };
  if (tagOf(body) === 'URLSearchParams') return { kind: 'form', body: body.toString() };
  if (ArrayBuffer.isView(body) || tagOf(body) === 'ArrayBuffer') return { kind: 'bytes', body: bytesOf(body) };
  if (typeof body.pipe === 'function' || typeof body.getReader === 'function' || typeof body[Symbol.asyncIterator] === 'function') {
    throw requestInvalid('A stream cannot be sent, as a request may have to be sent again: read it into a Buffer first.');
  }
  throw requestInvalid(`A body of type ${tagOf(body)} cannot be sent: use a string, a Buffer or URLSearchParams, or the option json.`);
}

function wholeNumber(options, name, least, most) {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw optionInvalid(`The option ${name} must be a whole number from ${least} to ${most}.`);
}

function read(url, options) {
  if (typeof options !== 'object' || options === null) throw optionInvalid('fetch() takes an object of options.');
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw optionInvalid(`fetch() has no option ${unknown}.`);
  const { method, signal, onRetry } = options;
  if (method !== undefined && method !== null && typeof method !== 'string') throw requestInvalid('The option method must be a string.');
  if (signal && typeof signal.addEventListener !== 'function') throw optionInvalid('The option signal must be an AbortSignal.');
  if (onRetry !== undefined && onRetry !== null && typeof onRetry !== 'function')
    throw optionInvalid('The option onRetry must be a function.');
  const { kind, body } = bodyOf(options);
  const request = {
    method: method === null ? undefined : method,
    url: urlOf(url),
    headers: pairsOf(options.headers, 'headers'),
    query: pairsOf(options.query, 'query'),
    kind,
    timeoutMs: wholeNumber(options, 'timeoutMs', 1, LONGEST),
    retries: wholeNumber(options, 'retries', 0, MOST_RETRIES),
  };
  return { request, body };
}

function cancelled() {
  const nextStep = 'Send it again when you are ready.';
  return new TbaError({ code: 'CANCELLED', message: `The request was cancelled.\n${nextStep}`, nextStep, exitCode: 130 });
}

/** The error of a call that its signal stopped, with the signal's reason. */
function withReason(error, signal) {
  if (signal.reason !== undefined && error.cause === undefined) error.cause = signal.reason;
  return error;
}

/** A listener whose failure stops the call instead of the process. */
function guarded(onRetry, abort, failure) {
  if (!onRetry) return undefined;
  return (event) => {
    try {
      onRetry(event);
    } catch (error) {
      failure.error = error;
      failure.happened = true;
      abort.abort();
    }
  };
}

async function fetch(inner, url, options = {}) {
  const { request, body } = read(url, options);
  const signal = options.signal || undefined;
  if (signal && signal.aborted) throw withReason(cancelled(), signal);
  const abort = new binding.Abort();
  const stop = () => abort.abort();
  const failure = { happened: false, error: undefined };
  if (signal) signal.addEventListener('abort', stop);
  try {
    const onRetry = guarded(options.onRetry, abort, failure);
    return responseOf(await abortable(abort, () => inner.fetch(request, body, abort, onRetry)));
  } catch (error) {
    if (failure.happened) throw failure.error;
    const converted = fromNative(error);
    throw signal && signal.aborted && converted.code === 'CANCELLED' ? withReason(converted, signal) : converted;
  } finally {
    if (signal && signal.removeEventListener) signal.removeEventListener('abort', stop);
  }
}

module.exports = { fetch };
