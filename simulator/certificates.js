// Makes X.509 certificates with node:crypto only: a temporary authority and a server certificate. The keys never leave memory.
'use strict';

const crypto = require('crypto');

const DAY_MS = 24 * 60 * 60 * 1000;
const OID = {
  commonName: [0x55, 0x04, 0x03],
  ecdsaSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  subjectKeyIdentifier: [0x55, 0x1d, 0x0e],
  keyUsage: [0x55, 0x1d, 0x0f],
  alternativeName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  authorityKeyIdentifier: [0x55, 0x1d, 0x23],
  extendedKeyUsage: [0x55, 0x1d, 0x25],
  serverAuth: [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01],
};
const TRUE = der(0x01, Buffer.from([0xff]));

function length(size) {
  if (size < 0x80) return Buffer.from([size]);
  const bytes = size < 0x100 ? [size] : [size >> 8, size & 0xff];
  return Buffer.from([0x80 | bytes.length].concat(bytes));
}

function der(tag, content) {
  return Buffer.concat([Buffer.from([tag]), length(content.length), content]);
}

function sequence(parts) {
  return der(0x30, Buffer.concat(parts));
}

function oid(bytes) {
  return der(0x06, Buffer.from(bytes));
}

function bits(content, unused) {
  return der(0x03, Buffer.concat([Buffer.from([unused || 0]), content]));
}

function name(commonName) {
  return sequence([der(0x31, sequence([oid(OID.commonName), der(0x0c, Buffer.from(commonName))]))]);
}

// UTCTime, which works until 2049. These certificates are valid for a few days.
function time(date) {
  return der(
    0x17,
    Buffer.from(
      `${date
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
}

function extension(id, critical, content) {
  return sequence([oid(id)].concat(critical ? [TRUE] : [], [der(0x04, content)]));
}

function keyIdentifier(publicKey) {
  return crypto
    .createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

// The first bit must be clear, because a serial number is positive.
function serial() {
  const bytes = crypto.randomBytes(16);
  bytes[0] = (bytes[0] & 0x7f) | 0x40;
  return der(0x02, bytes);
}

function extensions(subject) {
  const list = [
    extension(OID.basicConstraints, true, sequence(subject.authority ? [TRUE] : [])),
    // An authority may sign certificates and revocation lists, a server may sign handshakes.
    extension(OID.keyUsage, true, subject.authority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7)),
    extension(OID.subjectKeyIdentifier, false, der(0x04, keyIdentifier(subject.publicKey))),
    extension(OID.authorityKeyIdentifier, false, sequence([der(0x80, keyIdentifier(subject.issuer.publicKey))])),
  ];
  if (!subject.authority) {
    list.push(extension(OID.extendedKeyUsage, false, sequence([oid(OID.serverAuth)])));
    list.push(extension(OID.alternativeName, false, sequence(subject.hosts.map((host) => der(0x82, Buffer.from(host))))));
  }
  return der(0xa3, sequence(list));
}

function certificate(subject) {
  const algorithm = sequence([oid(OID.ecdsaSha256)]);
  const body = sequence([
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial(),
    algorithm,
    name(subject.issuer.commonName),
    sequence([time(subject.from), time(subject.until)]),
    name(subject.commonName),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    extensions(subject),
  ]);
  const signature = crypto.createSign('SHA256').update(body).sign(subject.issuer.privateKey);
  const text = sequence([body, algorithm, bits(signature)])
    .toString('base64')
    .match(/.{1,64}/g)
    .join('\n');
  return `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
}

function keyPair() {
  return crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function createAuthority() {
  const pair = keyPair();
  // The name contains the serial number, because a client may trust the authorities of two simulators at once.
  const issuer = {
    commonName: `NetSuite simulator authority ${crypto.randomBytes(4).toString('hex')}`,
    publicKey: pair.publicKey,
    privateKey: pair.privateKey,
  };
  const now = Date.now();
  const pem = certificate({
    issuer,
    authority: true,
    commonName: issuer.commonName,
    publicKey: pair.publicKey,
    from: new Date(now - DAY_MS),
    until: new Date(now + 7 * DAY_MS),
  });
  return Object.assign(issuer, { pem });
}

// options: hosts, expired, selfSigned. Returns { key, cert } in PEM. Do not write the key to a file.
function createServerCertificate(authority, options) {
  const pair = keyPair();
  const commonName = options.hosts[0];
  const issuer = options.selfSigned ? { commonName, publicKey: pair.publicKey, privateKey: pair.privateKey } : authority;
  const until = Date.now() + (options.expired ? -DAY_MS : 6 * DAY_MS);
  const cert = certificate({
    issuer,
    authority: false,
    commonName,
    hosts: options.hosts,
    publicKey: pair.publicKey,
    from: new Date(until - 6.5 * DAY_MS),
    until: new Date(until),
  });
  return { key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), cert };
}

module.exports = { createAuthority, createServerCertificate };
