// Calls SuiteTalk. soapAuthorize signs every request and gets only the name of the token.
'use strict';

const { args } = require('./arguments');
const { configs } = require('./configs');
const envelopes = require('./soap-envelopes');
const hosts = require('./hosts');
const { OAuth1 } = require('./oauth');
const { send } = require('./wire');

class SoapClient {
  constructor() {
    this.credentials = configs.credentials;
    this.domain = null;
  }

  async signed() {
    const oauth1 = new OAuth1(this.credentials);
    return Object.assign({}, this.credentials, await oauth1.soapAuthorize(this.credentials.authID));
  }

  async post(domain, action, body) {
    const headers = { 'Content-Type': 'text/xml;charset=UTF-8', SOAPAction: `"${action}"` };
    const answer = await send({ method: 'POST', url: `${domain}/services/NetSuitePort_2020_2`, headers, body, proxy: args.proxy });
    const response = envelopes.read(answer.text);
    if (response.fault) throw new Error(response.fault);
    return response;
  }

  // The first request finds the data centre of the account. It is prepared together with the request that needs it.
  async domainOf() {
    if (this.domain) return this.domain;
    const shared = hosts.webservices(this.credentials);
    if (this.credentials.vm) return shared;
    const answer = await this.post(shared, 'getDataCenterUrls', envelopes.dataCenterUrls(await this.signed()));
    this.domain = answer.webservicesDomain;
    return this.domain;
  }

  async request(action, template) {
    const [domain, body] = await Promise.all([this.domainOf(), this.signed().then(template)]);
    return this.post(domain, action, body);
  }

  searchFile(folder, name) {
    return this.request('search', (signed) => envelopes.searchFile(signed, folder, name));
  }

  searchFolder(parent, name) {
    return this.request('search', (signed) => envelopes.searchFolder(signed, parent, name));
  }

  getFile(id) {
    return this.request('get', (signed) => envelopes.getFile(signed, id));
  }

  addFolder(parent, name) {
    return this.request('add', (signed) => envelopes.addFolder(signed, parent, name));
  }
}

module.exports = { SoapClient };
