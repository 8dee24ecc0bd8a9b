// Finds the file cabinet folder for extensions. Only SuiteTalk (SOAP) can do that.
'use strict';

const { TaskError } = require('./task-error');

const PATH = '/services/NetSuitePort_2020_2';
const ATTEMPTS = 3;
const BUSY = new Set([429, 503]);
const SUITESCRIPTS = '-15';
const FOLDER = 'Deploy_Extensions';

function escapeXml(text) {
  return String(text).replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function envelope(session, body) {
  const passport = session.tokenPassport();
  const field = (name) => `<${name}>${escapeXml(passport[name])}</${name}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn:messages_2020_2.platform.webservices.netsuite.com" xmlns:common="urn:common_2020_2.platform.webservices.netsuite.com" xmlns:core="urn:core_2020_2.platform.webservices.netsuite.com" xmlns:files="urn:filecabinet_2020_2.documents.webservices.netsuite.com">
<soap:Header><tokenPassport>${['account', 'consumerKey', 'token', 'nonce', 'timestamp'].map(field).join('')}<signature algorithm="HMAC-SHA256">${escapeXml(passport.signature)}</signature></tokenPassport></soap:Header>
<soap:Body>${body}</soap:Body></soap:Envelope>`;
}

// A passport works once, so session.fetch must not repeat the request: each attempt gets a new envelope.
async function send(session, action, body) {
  const headers = { SOAPAction: `"${action}"`, 'Content-Type': 'text/xml; charset=utf-8' };
  for (let attempt = 1; ; attempt += 1) {
    const response = await session.fetch(PATH, { headers, body: envelope(session, body), retries: 0 });
    if (!BUSY.has(response.status) || attempt === ATTEMPTS) return response;
    await new Promise((resolve) => setTimeout(resolve, attempt * 1000));
  }
}

async function soap(session, action, body) {
  const response = await send(session, action, body);
  const text = await response.text();
  const fault = /<faultstring>([^<]*)</.exec(text);
  if (fault || response.status !== 200) throw new TaskError(`SuiteTalk: ${fault ? fault[1] : `answered ${response.status}`}`);
  return text;
}

// Returns the ID of Deploy_Extensions under SuiteScripts, and creates the folder if it is missing.
async function targetFolder(session) {
  const found = await soap(
    session,
    'search',
    `<search><searchRecord xsi:type="common:FolderSearchBasic"><common:name operator="is"><core:searchValue>${FOLDER}</core:searchValue></common:name><common:parent operator="anyOf"><core:searchValue internalId="${SUITESCRIPTS}"/></common:parent></searchRecord></search>`,
  );
  const known = /<(?:\w+:)?record\b[^>]*\binternalId="(-?\d+)"/.exec(found);
  if (known) return known[1];
  const added = await soap(
    session,
    'add',
    `<add><record xsi:type="files:Folder"><files:name>${FOLDER}</files:name><files:parent internalId="${SUITESCRIPTS}"/></record></add>`,
  );
  const made = /<(?:\w+:)?baseRef\b[^>]*\binternalId="(-?\d+)"/.exec(added);
  if (!made) throw new TaskError(`The folder ${FOLDER} could not be made. The role needs the permission "Documents and Files".`);
  return made[1];
}

module.exports = { targetFolder };
