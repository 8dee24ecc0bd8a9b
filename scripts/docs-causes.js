'use strict';

// What usually lies behind a failure, for docs/troubleshooting.md. Markdown; only where the table's line is not enough.

module.exports = {
  CONSUMER_MISSING:
    'The `.env` that is read is the one beside `.nsdeploy` or `package.json`; only these two names are taken from it. Variables of the environment win over it, and flags over both. See [The integration record in 8 steps](integration-record.md).',
  CONSUMER_INVALID: 'Usually a quote, a space or a line break that came along when copying.',
  CHOICE_NEEDED: 'The message names the saved tokens. In a pipeline give the token by environment variables instead: [CI](ci.md).',
  SIGN_IN_NEEDED:
    'Prompts and the browser are left out where there is no terminal, where `CI` is set, and with `interactive: false`. `--browser` allows the browser all the same.',
  ACCOUNT_MISMATCH:
    "Names of tokens belong to one machine, while `.nsdeploy` is often shared: your `sandbox` may be another account than your colleague's.",
  CONSUMER_MISMATCH:
    'A token works only with the consumer key it was made with. After a sandbox refresh, or with a new integration record, sign in again.',
  FLAG_CONFLICT: 'For example `--to` while `NETSUITE_TBA_TOKEN_ID` is set, or `--browser` with `--no-browser`.',
  SIGN_IN_TIMEOUT:
    'If the browser showed an error at `http://localhost:7777/tba…` after Allow, it could not reach this machine: see [SSH, containers, WSL](ssh-containers-wsl.md). `--timeout SECONDS` gives more time.',
  REQUEST_TOKEN_EXPIRED: 'A consent page is good for a few minutes and for one Allow. A page left open from an earlier run is of no use.',
  UNKNOWN_INTEGRATION:
    "Each account has its own record and keys; a sandbox does not know production's until it is refreshed, and has other keys afterwards. Check with `npx netsuite-tba guide integration-record --account ID`.",
  INVALID_TIMESTAMP:
    'The message says by how many minutes. Virtual machines and WSL fall behind while the computer sleeps; `wsl --shutdown` sets WSL right.',
  INVALID_SIGNATURE:
    'Key and secret come in pairs; one of an old record beside one of a new record gives this. `npx netsuite-tba explain` shows how a request is signed.',
  INVALID_CALLBACK:
    "The record's callback URL is compared letter by letter, without a slash at its end. `--port` needs a record that says `http://localhost:*`.",
  INVALID_LOGIN:
    'NetSuite itself says only "Invalid login attempt". This package then asks once which it is: a revoked token, a wrong clock, another integration record.',
  PERMISSION_MISSING: 'For signing in: *Log in using Access Tokens*. For a RESTlet: the permission NetSuite names in its answer.',
  NETWORK_UNREACHABLE:
    '`npx netsuite-tba doctor` tells whether name, connection, proxy or certificate is in the way. A wrong account ID gives a host that does not exist.',
  CERTIFICATE_INVALID: 'See [A corporate proxy](proxy.md#proxies-that-inspect-tls). There is no switch to check none.',
  PROXY_REFUSED: 'A 407 means user and password: see [A corporate proxy](proxy.md).',
  WRONG_DATA_CENTER: "Redirects are never followed with a signed request. With `--account` the account's own host is used from the start.",
  KEYCHAIN_MISSING:
    'Containers, CI and most WSL set-ups have none. With `NETSUITE_TBA_STORE=auto`, the default, new tokens then go to a file; this error comes only where the keychain was asked for by name, or where a token is in it. See [SSH, containers, WSL](ssh-containers-wsl.md).',
  KEYCHAIN_LOCKED: 'A token that is in the keychain is never looked for elsewhere, and no new sign-in is started for it.',
  KEYCHAIN_DENIED:
    'On macOS the question comes again after Node was updated, because the keychain knows programs by their signature: choose Always Allow.',
  SECRET_MISSING:
    'The entry was deleted in the keychain, or the list of tokens came from another computer. `npx netsuite-tba prune` clears what no token needs.',
  STORE_UNREADABLE:
    "Where the user has no home folder, set `NETSUITE_TBA_HOME`. Oracle's old tools made `~/.nstba` with mode 0200, which nobody can read: `chmod 600 ~/.nstba`.",
  STORE_UNWRITABLE: 'A home that can only be read still lists and signs; only saving fails.',
  STORE_DAMAGED: 'Nothing is deleted: the damaged file lies beside the new one with the time in its name, and what could be read was kept.',
  PASSPHRASE_WRONG: 'The encrypted file is left as it is. There is no way to open it without the passphrase.',
  PORT_BUSY:
    'NetSuite sends the browser back to one port, 7777, and something listens there: often another sign-in, or `gulp extension:local`. In a terminal you may go on by pasting.',
  SIGN_IN_BUSY: "Two sign-ins on one machine would take each other's port, so the second one waits. The message says which process has it.",
  BINDING_MISSING:
    'The message lists what was tried and why each failed. The usual reasons: installed with `--omit=optional` or `--no-optional`; `node_modules` copied from another system, or shared between Windows and WSL; a lock file made on another system by an npm that forgot the other platforms (delete `node_modules` and the lock file, install again); a bundler that took the code and left the native part behind (mark `netsuite-tba` as external). Published Linux builds need glibc 2.17 or musl. After `npm install` from git, or in a clone, `npm run build` makes the native part with Rust.',
};
