// An error of the token endpoint: the client gets the code, the audit trail the reason.
'use strict';

class OauthRefusal extends Error {
  constructor(code, detail, status, headers) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.status = status || 400;
    this.headers = headers || {};
  }
}

module.exports = { OauthRefusal };
