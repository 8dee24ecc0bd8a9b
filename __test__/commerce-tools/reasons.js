// The defects that need no test of their own here, each with the reason.
'use strict';

module.exports = {
  S7: 'The tools switch certificate checks off in their own requests to the deployer; the package never sees those requests.',
  R4: 'The tools give their own requests no time limit; those of the package have theirs.',
  R14: 'The tools ask the proxy for a full URL in their own requests; those of the package name host and port (S9).',
  R16: 'The tools do not catch network errors of their own SOAP requests; what soapAuthorize rejects with is on stderr (U4).',
  R17: 'The tools make an OAuth1 per request; the instances share what was read, and only look whether the index has changed.',
};
