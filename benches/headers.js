'use strict';

// Measures one header by Session.authorize, by the npm signers and by the tuned JavaScript signer, for three requests.

const { authenticate, signRequest } = require('..');
const { remove, temporary } = require('./folders');
const { inTurn, median, ratio } = require('./measure');
const { peers } = require('./peers');
const { tuned } = require('./tuned');

const HOST = 'https://1234567-sb1.restlets.api.netsuite.com';
const RESTLET = `${HOST}/app/site/hosting/restlet.nl`;

const credentials = {
  consumerKey: 'ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4',
  consumerSecret: 'd26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5',
  tokenId: '2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc',
  tokenSecret: 'c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295',
  realm: '1234567_SB1',
};

const many = Array.from({ length: 58 }, (_, n) => `&param_${n}=value%20${n}%2F%C3%A4%C3%B6`);
const cases = {
  'a: RESTlet GET, 6 parameters': [
    'GET',
    `${RESTLET}?script=customscript_ns_sca_deployer&deploy=customdeploy_sca_deployer&get=revisions&website=2&folder=31&page=1`,
  ],
  'b: POST without query': ['POST', `${HOST}/rest/requesttoken`],
  'c: 60 parameters, escapes, non-ASCII': ['GET', `${RESTLET}?script=1&deploy=1${many.join('')}`],
};

const signatureOf = (header) => decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)[1]);

/** Whether a signer makes the same signature as `signRequest`. */
function isRight(sign, [method, url]) {
  const fixed = { nonce: 'fjaLirsIcCGVZWzBX0pg', timestamp: 1508242306 };
  return signatureOf(sign(method, url, fixed)) === signRequest({ method, url }, credentials, fixed).signature;
}

async function ourSession() {
  const home = temporary();
  const write = process.stderr.write;
  process.stderr.write = () => true;
  try {
    return await authenticate({
      argv: [],
      cwd: home,
      home,
      account: credentials.realm,
      token: `${credentials.tokenId}:${credentials.tokenSecret}`,
      consumerKey: credentials.consumerKey,
      consumerSecret: credentials.consumerSecret,
    });
  } finally {
    process.stderr.write = write;
    remove(home);
  }
}

const us = (nanoseconds) => (nanoseconds / 1000).toFixed(2);

async function headers(rounds) {
  const session = await ourSession();
  const others = { 'tuned JavaScript': tuned(credentials) };
  for (const name of Object.keys(peers)) others[name] = peers[name](credentials);
  const names = ['oauth-1.0a', 'oauth-sign', 'oauth', 'tuned JavaScript'];
  const rows = [];
  for (const name of Object.keys(cases)) {
    const [method, url] = cases[name];
    const right = {};
    for (const other of names) right[other] = isRight(others[other], cases[name]);
    if (!right['tuned JavaScript']) throw new Error(`benches/tuned.js is wrong on case ${name}`);
    const calls = { ours: () => session.authorize(method, url) };
    for (const other of names) calls[other] = () => others[other](method, url);
    const times = inTurn(calls, rounds);
    const compared = names.map((other) => {
      const wrong = right[other] ? '' : ', wrong';
      return `${us(median(times[other]))} (${ratio(times[other], times.ours).toFixed(1)}${wrong})`;
    });
    rows.push([`${name}, ${url.length} characters`, `**${us(median(times.ours))}**`].concat(compared));
  }
  const legend =
    'Targets in case a: at least 18 times as fast as `oauth-1.0a`, 15 times `oauth-sign`, 4.5 times the tuned JavaScript; in case c at least 20 times `oauth-1.0a`.';
  return {
    head: ['case', '`Session.authorize`'].concat(names.map((name) => (name === 'tuned JavaScript' ? name : `\`${name}\``))),
    rows,
    legend,
  };
}

module.exports = { headers };
