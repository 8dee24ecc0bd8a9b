'use strict';

// The answer of Session.fetch: the platform's Response from Node 18 on, before that an object with its
// most used members.

const HAS_RESPONSE = Number(process.versions.node.split('.')[0]) >= 18;
// Statuses that a Response may have no body for.
const WITHOUT_BODY = new Set([204, 205, 304]);

class PlainHeaders {
  #pairs;

  constructor(pairs) {
    this.#pairs = pairs;
  }

  get(name) {
    const values = this.#pairs.filter(([known]) => known === String(name).toLowerCase()).map(([, value]) => value);
    return values.length ? values.join(', ') : null;
  }

  has(name) {
    return this.get(name) !== null;
  }

  forEach(visit) {
    for (const [name, value] of this) visit(value, name, this);
  }

  *[Symbol.iterator]() {
    for (const name of Array.from(new Set(this.#pairs.map(([known]) => known))).sort()) yield [name, this.get(name)];
  }
}

class PlainResponse {
  #body;

  constructor({ status, statusText, headers, body }) {
    this.status = status;
    this.statusText = statusText;
    this.ok = status >= 200 && status < 300;
    this.headers = new PlainHeaders(headers);
    this.bodyUsed = false;
    this.#body = body;
  }

  // A field, as private methods need Node 14.6.
  #take = () => {
    if (this.bodyUsed) throw new TypeError('The body was read already.');
    this.bodyUsed = true;
    return this.#body;
  };

  async arrayBuffer() {
    const body = this.#take();
    return body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength);
  }

  async text() {
    // As a Response does it: without a byte order mark.
    return this.#take()
      .toString('utf8')
      .replace(/^\ufeff/, '');
  }

  async json() {
    return JSON.parse(await this.text());
  }
}

function platformResponse({ status, statusText, headers, body }) {
  return new Response(WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers });
}

/** The answer for the caller, with `url`, `redirected` and `attempts`. */
function responseOf(answer) {
  // A Response refuses statuses outside of these.
  const platform = HAS_RESPONSE && typeof Response === 'function' && answer.status >= 200 && answer.status <= 599;
  const response = platform ? platformResponse(answer) : new PlainResponse(answer);
  for (const name of ['url', 'redirected', 'attempts']) {
    Object.defineProperty(response, name, { value: answer[name], enumerable: true, configurable: true });
  }
  return response;
}

module.exports = { responseOf };
