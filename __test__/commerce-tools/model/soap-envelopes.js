// The SuiteTalk requests of fetch and deploy, as text.
'use strict';

const escaped = (text) => String(text).replace(/[<>&"'=]/g, (char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);

function passport(signed) {
  const fields = ['account', 'consumerKey', 'token', 'nonce', 'timestamp']
    .map((name) => `<${name}>${escaped(signed[name])}</${name}>`)
    .join('');
  return `<tokenPassport xmlns="urn:messages_2020_1.platform.webservices.netsuite.com">${fields}<signature algorithm="HMAC_SHA256">${escaped(signed.signature)}</signature></tokenPassport>`;
}

function envelope(header, body) {
  return `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>${header}</soap:Header><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

const dataCenterUrls = (signed) => envelope('', `<getDataCenterUrls><account>${escaped(signed.account)}</account></getDataCenterUrls>`);

const searchFile = (signed, folder, name) =>
  envelope(
    passport(signed),
    `<search><searchRecord type="FileSearchBasic"><folder operator="anyOf"><searchValue internalId="${escaped(folder)}"/></folder><name operator="is"><searchValue>${escaped(name)}</searchValue></name></searchRecord></search>`,
  );

const searchFolder = (signed, parent, name) =>
  envelope(
    passport(signed),
    `<search><searchRecord type="FolderSearchBasic"><parent operator="anyOf"><searchValue internalId="${escaped(parent)}"/></parent><name operator="is"><searchValue>${escaped(name)}</searchValue></name></searchRecord></search>`,
  );

const getFile = (signed, id) => envelope(passport(signed), `<get><baseRef internalId="${escaped(id)}" type="file"/></get>`);

const addFolder = (signed, parent, name) =>
  envelope(
    passport(signed),
    `<add><record type="Folder"><name>${escaped(name)}</name><parent internalId="${escaped(parent)}"/></record></add>`,
  );

// The parts of a response that the tools use: { fault, ids, content, webservicesDomain }.
function read(xml) {
  const text = (name) => {
    const found = new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]*)<`).exec(xml);
    return found ? found[1] : null;
  };
  const ids = (xml.match(/<(?:record|baseRef)[^>]* internalId="[^"]+"/g) || []).map((tag) => /internalId="([^"]+)"/.exec(tag)[1]);
  return { fault: text('faultstring'), ids, content: text('content'), webservicesDomain: text('webservicesDomain') };
}

module.exports = { addFolder, dataCenterUrls, getFile, read, searchFile, searchFolder };
