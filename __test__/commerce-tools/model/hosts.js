// The hosts that the tools build from the account, from -m, or from --vm.
'use strict';

function vmAddress(vm) {
  return `https://${vm.replace(/^https?:\/\//, '').replace(/\/+$/, '')}`;
}

function molecule(credentials) {
  return credentials.molecule ? `${credentials.molecule}.` : '';
}

// The account is used unchanged, so only the form with hyphens gives a valid host.
function restlets(credentials, account) {
  return credentials.vm ? vmAddress(credentials.vm) : `https://${account}.restlets.api.${molecule(credentials)}netsuite.com`;
}

function webservices(credentials) {
  return credentials.vm ? vmAddress(credentials.vm) : `https://webservices.${molecule(credentials)}netsuite.com`;
}

module.exports = { restlets, webservices };
