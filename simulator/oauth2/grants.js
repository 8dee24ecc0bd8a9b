// What a person allowed: one-use codes, chains of refresh tokens, and the access tokens that were issued from them.
'use strict';

const crypto = require('crypto');
const { isPublic } = require('./integrations');
const { Issuer } = require('./jwt');

const ACCESS_SECONDS = 3600;

const newId = () => crypto.randomBytes(16).toString('hex');

class Grants {
  constructor(now) {
    this.now = () => Math.floor(now() / 1000);
    this.issuer = new Issuer();
    this.codes = new Map();
    this.chains = new Map();
    this.access = new Map();
  }

  // allowed: { clientId, account, role, user, scope, redirect, challenge }
  newCode(record, allowed) {
    const code = crypto.randomBytes(32).toString('hex');
    this.codes.set(code, Object.assign({ expires: this.now() + record.codeSeconds, chain: null }, allowed));
    return code;
  }

  newChain(record, allowed) {
    const { clientId, account, role, user, scope } = allowed;
    const chain = { id: newId(), clientId, account, role, user, scope, start: this.now(), current: null, rotations: 0, ended: null };
    this.chains.set(chain.id, chain);
    chain.current = this.refreshClaims(record, chain);
    return chain;
  }

  refreshClaims(record, chain) {
    const now = this.now();
    return {
      sub: `${chain.role};${chain.user.id}`,
      aud: [`refresh;${chain.account}`, chain.clientId],
      scope: chain.scope,
      oit: chain.start,
      iat: now,
      exp: Math.min(now + record.refreshSeconds, chain.start + record.chainSeconds),
      jti: newId(),
      chain: chain.id,
    };
  }

  // A refresh token of a public client works once. One of a confidential client stays as it is.
  rotate(record, chain) {
    if (!isPublic(record)) return;
    chain.current = this.refreshClaims(record, chain);
    chain.rotations += 1;
  }

  // allowed: a chain, or what a certificate was mapped to: { clientId, account, role, user, scope }
  accessToken(allowed) {
    const now = this.now();
    const claims = {
      sub: `${allowed.role};${allowed.user.id}`,
      aud: [`app;${allowed.account}`, allowed.clientId],
      scope: allowed.scope,
      oit: allowed.start || now,
      iat: now,
      exp: now + ACCESS_SECONDS,
      jti: newId(),
    };
    this.access.set(claims.jti, {
      account: allowed.account,
      role: allowed.role,
      user: allowed.user,
      clientId: allowed.clientId,
      scope: allowed.scope,
      chain: allowed.id || null,
    });
    return this.issuer.sign(claims);
  }

  refreshToken(chain) {
    return this.issuer.sign(chain.current);
  }

  // The chain of a refresh token of this simulator, whatever its state, with the claims of the token; or null.
  chainOf(refreshToken) {
    const claims = this.issuer.claims(refreshToken);
    const chain = claims && this.chains.get(claims.chain);
    return chain ? { chain, claims } : null;
  }

  // The access tokens end with the chain.
  end(chain, reason) {
    chain.ended = chain.ended || reason;
  }

  // What an access token allows, or { refused: reason }.
  bearer(accessToken) {
    const claims = this.issuer.claims(accessToken);
    const token = claims && this.access.get(claims.jti);
    if (!token) return { refused: 'not an access token of this simulator' };
    if (this.now() >= claims.exp) return { refused: `the access token expired ${this.now() - claims.exp} s ago` };
    const chain = token.chain && this.chains.get(token.chain);
    if (chain && chain.ended) return { refused: `the grant ended: ${chain.ended}` };
    return { token: Object.assign({ tokenId: claims.jti }, token), claims };
  }
}

module.exports = { ACCESS_SECONDS, Grants };
