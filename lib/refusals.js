'use strict';

// Explains why NetSuite refuses a token. OAuth1 never sees a response. But when a request fails, the tools repeat it
// within seconds, and then one call to NetSuite finds the reason.

const RETRY_MS = 10 * 1000;
const REMEMBERED = 200;
const MAX_BODY = 64 * 1024;

class Refusals {
  constructor() {
    this.seen = new Map();
    this.probes = new Map();
  }

  /** Whether this request was signed a moment ago and its token has not been checked yet. */
  repeated(name, request) {
    const { method, url, body } = request || {};
    const now = Date.now();
    const key = [name, method, withoutTime(String(url)), digest(body)].join('\n');
    const before = this.seen.get(key);
    this.seen.delete(key);
    this.seen.set(key, now);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.keys().next().value);
    return before !== undefined && now - before <= RETRY_MS && !this.probes.has(name);
  }

  /** Checks a token once, when a request is repeated. The third attempt waits for the result as well. */
  async look(name, request, tell, probe) {
    if (this.repeated(name, request)) {
      this.probes.set(
        name,
        probe().then(
          (reason) => say(name, reason, tell),
          () => {},
        ),
      );
    }
    await this.probes.get(name);
  }

  /** The same for callers that cannot wait for a promise. */
  lookNow(name, request, tell, probe) {
    if (!this.repeated(name, request)) return;
    this.probes.set(name, Promise.resolve());
    try {
      say(name, probe(), tell);
    } catch {
      // The check is optional: the tools report the failure themselves.
    }
  }
}

function say(name, reason, tell) {
  if (reason) tell(`NetSuite refuses the token ${name.replace(/[^\x20-\x7e]/g, '?')}: ${reason}`);
}

/** The tools add the time to the query (`t=`), which would make every attempt look new. */
function withoutTime(url) {
  return url.replace(/([?&])t=\d+(&|$)/, '$1');
}

/** Different calls share one URL, so the body has to be compared. */
function digest(body) {
  if (body === undefined || body === null || body === '') return '';
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  // Loaded here because it is slow and only a request with a body needs it.
  return require('crypto').createHash('sha256').update(text.slice(0, MAX_BODY)).update(String(text.length)).digest('base64');
}

module.exports = { refusals: new Refusals() };
