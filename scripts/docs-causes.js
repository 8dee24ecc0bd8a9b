'use strict';

// The usual causes of a failure, for docs/troubleshooting.md, in Markdown. Only for codes whose line in the error table is not enough.

module.exports = {
  ACCOUNT_LOCKED:
    'The lock is the member `netsuite-tba` of the nearest `package.json`. It stands above flags, options and variables; to deploy elsewhere, change it there: [Teams](teams.md#the-account-lock). Nothing was sent.',
  PRODUCTION_GUARD:
    'An account counts as production unless its ID ends in `_SBn` or `_RPn` or starts with `TSTDRV` or `TD`. In a pipeline that deploys to production on purpose, set `NETSUITE_TBA_ALLOW_PRODUCTION` to that account: [Teams](teams.md#the-production-guard). Nothing was sent.',
  CONSUMER_MISSING:
    'The `.env` beside `.nsdeploy` is read first, then the one beside `package.json`; only these two names are read. Environment variables win over `.env`, and flags win over both. See [The integration record in 8 steps](integration-record.md).',
  CONSUMER_INVALID: 'Usually a quote, a space or a line break was copied along, or the value is still the placeholder of an example.',
  CHOICE_NEEDED: 'The message names the saved tokens. In a pipeline give the token by environment variables instead: [CI](ci.md).',
  SIGN_IN_NEEDED:
    'Nothing is asked and no browser is opened where there is no terminal, where `CI` is set, and with `interactive: false`. `--browser` allows the browser all the same.',
  ACCOUNT_MISMATCH:
    "Token names belong to one machine, but `.nsdeploy` is often shared: your `sandbox` may be another account than your colleague's.",
  CONSUMER_MISMATCH:
    'A token belongs to one integration record. After a change of the record or of its key, sign in again: [Rotating tokens and keys](key-rotation.md).',
  SECRET_FILE:
    'The message names the flag or the variable and the file. A file of a variable that ends in `_FILE` contains one line, the value. A file of `--token-file` contains `ID:SECRET`, or ID and secret on two lines.',
  FLAG_CONFLICT: 'For example `--to` while `NETSUITE_TBA_TOKEN_ID` is set, or `--browser` with `--no-browser`.',
  SIGN_IN_TIMEOUT:
    'If the browser showed an error for `http://localhost:7777/tba…` after Allow, it could not reach this machine: see [SSH, containers, WSL](ssh-containers-wsl.md). `--timeout SECONDS` allows more time.',
  REQUEST_TOKEN_EXPIRED: 'A consent page works once, and only for a short time. A page left open from an earlier run cannot be used.',
  UNKNOWN_INTEGRATION:
    'Each account has integration records of its own, with keys of their own. Check with `npx netsuite-tba guide integration-record --account ID`, after a sandbox refresh too.',
  INVALID_TIMESTAMP:
    'The message says by how many minutes. Virtual machines and WSL fall behind while the computer sleeps; `wsl --shutdown` sets WSL right.',
  INVALID_SIGNATURE:
    'Key and secret belong together; a key of one record with the secret of another causes this error. `npx netsuite-tba explain` shows how a request is signed.',
  INVALID_CALLBACK:
    'NetSuite compares the callback URL with the one on the record, character by character; a slash at the end is a difference. `--port` needs `http://localhost:*` on the record.',
  INVALID_LOGIN:
    'NetSuite itself says only "Invalid login attempt". This package then asks NetSuite once for the reason: a revoked token, a wrong clock, another integration record. In a sandbox, a refresh deletes all tokens.',
  PERMISSION_MISSING: 'A sign-in needs *Log in using Access Tokens*. A RESTlet needs the permission that NetSuite names in its answer.',
  NETWORK_UNREACHABLE:
    '`npx netsuite-tba doctor` tells whether the name, the connection, the proxy or the certificate is the problem. A wrong account ID leads to a host that does not exist.',
  CERTIFICATE_INVALID: 'See [A corporate proxy](proxy.md#proxies-that-inspect-tls). There is no switch that turns the check off.',
  PROXY_REFUSED: 'Status 407 means that the proxy wants a user and a password: see [A corporate proxy](proxy.md).',
  WRONG_DATA_CENTER: "Redirects are never followed with a signed request. With `--account` the account's own host is used from the start.",
  KEYCHAIN_MISSING:
    'Containers, CI and most WSL set-ups have none. With `NETSUITE_TBA_STORE=auto`, the default, new tokens then go to the encrypted file if `NETSUITE_TBA_PASSPHRASE` is set, else to a file that is not encrypted, with a warning before the browser opens. This error comes where the keychain was asked for by name, where a token is in it, and where nobody is at a terminal to read that warning and no token of this vault is in a file yet. See [SSH, containers, WSL](ssh-containers-wsl.md).',
  KEYCHAIN_LOCKED: 'A token that is in the keychain is not looked for anywhere else, and no new sign-in is started for it.',
  KEYCHAIN_DENIED:
    'On macOS the question comes again after Node was updated, because the keychain knows programs by their signature. Choose Always Allow.',
  SECRET_MISSING:
    'The entry was deleted in the keychain, or the list of tokens came from another computer. `npx netsuite-tba prune` removes what no token needs.',
  STORE_UNREADABLE:
    "If the user has no home folder, set `NETSUITE_TBA_HOME`. Oracle's older tools created `~/.nstba` with mode 0200, which its owner cannot read: `chmod 600 ~/.nstba`.",
  STORE_UNWRITABLE: 'With a read-only home folder, listing and signing still work; only saving fails.',
  STORE_DAMAGED:
    'Nothing is deleted. The damaged file is beside the new one, with the time in its name, and everything that could be read was kept.',
  PASSPHRASE_WRONG: 'The encrypted file is left as it is. There is no way to open it without the passphrase.',
  PORT_BUSY:
    'NetSuite sends the browser back to port 7777, and another program listens there, often another sign-in or `gulp extension:local`. In a terminal you can paste the address instead.',
  SIGN_IN_BUSY:
    'Two sign-ins on one machine would use the same port, so the second one waits. The message names the process that signs in.',
  BINDING_MISSING:
    'The message lists what was tried and why each failed. The usual reasons: installed with `--omit=optional` or `--no-optional`; `node_modules` copied from another system, or shared between Windows and WSL; a lock file made on another system by an npm that forgot the other platforms (delete `node_modules` and the lock file, install again); a bundler that took the code and left the native part behind (mark `netsuite-tba` as external). Published Linux builds need glibc 2.17 or musl. After `npm install` from git, or in a clone, `npm run build` makes the native part with Rust.',
};
