// Integration records for OAuth 2.0: who may ask for tokens, for which scopes, and where the browser may be sent.
'use strict';

const SCOPES = ['restlets', 'rest_webservices', 'suite_analytics'];
const HOUR = 3600;
const SAMPLE_PUBLIC_CLIENT = 'simulator-public-client';

// Default lifetimes of refresh tokens. Only those of public clients are rotated, and end with their chain.
const LIFETIMES = {
  public: { refreshSeconds: 48 * HOUR, chainSeconds: 168 * HOUR },
  confidential: { refreshSeconds: 168 * HOUR, chainSeconds: Infinity },
};

function integration(wanted) {
  const kind = wanted.clientSecret ? 'confidential' : 'public';
  const record = Object.assign(
    {
      clientId: '',
      clientSecret: null,
      scopes: SCOPES.slice(0, 2),
      redirects: ['http://localhost:*', 'https://localhost:*'],
      // Required of public clients, and of every record that is created from 2027.1 on.
      pkce: true,
      codeSeconds: 600,
      // Whether using a refresh token twice ends the whole chain. Oracle does not say.
      endsChainOnReuse: false,
    },
    LIFETIMES[kind],
    wanted,
  );
  if (!record.clientId) throw new Error('An integration needs a clientId');
  const unknown = record.scopes.find((scope) => !SCOPES.includes(scope));
  if (unknown) throw new Error(`There is no scope ${unknown}`);
  return record;
}

const isPublic = (record) => !record.clientSecret;

// The consumer of TBA is also a confidential client: in NetSuite, both are one integration record.
function integrationBook(consumer, wanted) {
  const samples = [{ clientId: consumer.key, clientSecret: consumer.secret }, { clientId: SAMPLE_PUBLIC_CLIENT }];
  return new Map((wanted || samples).map((entry) => [entry.clientId, integration(entry)]));
}

// Compared as text. The simulator adds one wildcard for tests: localhost with any port.
function redirectAllowed(record, redirect) {
  return record.redirects.some((allowed) => {
    if (allowed === redirect) return true;
    const wildcard = /^(https?):\/\/localhost:\*$/.exec(allowed);
    return Boolean(wildcard) && new RegExp(`^${wildcard[1]}://localhost:\\d{1,5}(/[^\\s#]*)?$`).test(redirect);
  });
}

module.exports = { SAMPLE_PUBLIC_CLIENT, SCOPES, integrationBook, isPublic, redirectAllowed };
