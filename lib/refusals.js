'use strict';

// Tells why NetSuite refuses a token. OAuth1 never sees an answer; but the tools ask for the same
// request again within seconds when one failed, and then one question to NetSuite tells why.

const { trustRoots } = require('./surroundings');

const RETRY_MS = 10 * 1000;
const REMEMBERED = 200;

class Refusals {
  constructor() {
    this.seen = new Map();
    this.probes = new Map();
  }

  /** Notes a request; when it is a repeated one, asks once per token and tells the reason. */
  async look(tools, name, method, url, tell) {
    const now = Date.now();
    const key = `${name}\n${method}\n${withoutTime(url)}`;
    const before = this.seen.get(key);
    this.seen.delete(key);
    this.seen.set(key, now);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.keys().next().value);
    if (before === undefined || now - before > RETRY_MS || this.probes.has(name)) return;
    const probe = tools.whyRefused(name, trustRoots).then((reason) => {
      if (reason) tell(`NetSuite refuses the token ${name.replace(/[^\x20-\x7e]/g, '?')}: ${reason}`);
    }, () => {});
    this.probes.set(name, probe);
    await probe;
  }
}

/** The tools put the time into the query (`t=`), which makes every attempt look new. */
function withoutTime(url) {
  return url.replace(/([?&])t=\d+(&|$)/, '$1');
}

module.exports = { refusals: new Refusals() };
