/**
 * Token-Based Authentication for NetSuite: sign in once in the browser, keep the token safe, sign
 * every request. Works with CommonJS and ES modules on Node 12.21 and later.
 */

/** Options of {@link authenticate}. An option wins over the same flag in `argv`. */
export interface AuthenticateOptions {
  /** The command line to read flags from. Default: `process.argv.slice(2)` under gulp, otherwise none. */
  argv?: string[];
  /** The folder in which the search for the project starts. Default: `process.cwd()`. */
  cwd?: string;
  /**
   * `true` asks which saved token to use (`--to`). A name selects that saved token (`--to NAME`). An account in any
   * spelling selects its token (`--to 1234567_SB1`), and `NAME@ACCOUNT` a token that must belong to that account.
   */
  to?: boolean | string;
  /** The authentication ID: the name of a saved token, or the name for a new one (`--authID`). */
  authId?: string;
  /**
   * The account ID in any spelling, for example `1234567_SB1`, `1234567-sb1` or `1234567-sb1.app.netsuite.com`
   * (`--account`). If nothing else names a token, the only saved token of the account is used.
   */
  account?: string;
  /** Internal ID of the role a new token must have (`--role`). */
  role?: string | number;
  /** A token as `<id>:<secret>`; needs `account`. Uses no vault, asks nothing and writes no file (`--token`). */
  token?: string;
  /**
   * A file with a token: `<id>:<secret>`, or ID and secret on two lines; needs `account`. Otherwise as `token`
   * (`--token-file`).
   */
  tokenFile?: string;
  /** Consumer key of the integration record (`--key`). Default: the variable `CONSUMER_KEY`, then `.env`. */
  consumerKey?: string;
  /** Consumer secret of the integration record (`--secret`). Default: the variable `CONSUMER_SECRET`, then `.env`. */
  consumerSecret?: string;
  /** A molecule: an additional DNS label before `.netsuite.com` (`-m`). */
  molecule?: string;
  /** Address of a simulator on this machine, for example `http://127.0.0.1:9090` (`--vm`). */
  vm?: string;
  /** Proxy URL, with user and password if needed (`--proxy`). Default: `HTTPS_PROXY`, then `ALL_PROXY`, except for hosts in `NO_PROXY`. */
  proxy?: string;
  /** Port of the callback (`--port`). Default: 7777. Any other port needs `http://localhost:*` on the integration record. */
  port?: number | string;
  /** `false` turns every question into an error. Default: `true` in a terminal, unless `CI` is set. */
  interactive?: boolean;
  /** Whether to open a browser (`--browser`, `--no-browser`). Default: `true` where one can be opened. */
  browser?: boolean;
  /**
   * How long a sign-in may take, in milliseconds (`--timeout`, in seconds). It includes waiting for another
   * process that is signing in, for NetSuite's answers, and for the person who presses Allow. The time starts
   * after the questions are answered; if several calls of this process sign in, it starts for each call when
   * its turn comes. If Allow is pressed just before the end, the sign-in gets up to five more seconds.
   * Default: 300000.
   */
  timeoutMs?: number;
  /**
   * How many requests of {@link Session.fetch} run at the same time, for all sessions of the account in this
   * process. Default: the variable `NETSUITE_TBA_CONCURRENCY`, then 5.
   */
  concurrency?: number;
  /**
   * The task that this call is made for, such as `deploy`. The account lock and the production guard go by it. Under
   * gulp, the default is the tasks of the command line; a task that deploys under another name should set it.
   */
  task?: string;
  /**
   * The production account that the task may change although the production guard is on (`--allow-production`).
   * Any spelling of the ID. Default: the variable `NETSUITE_TBA_ALLOW_PRODUCTION`, then to ask in a terminal.
   */
  allowProduction?: string;
  /** Cancels the call, which then fails with `CANCELLED`. */
  signal?: AbortSignalLike;
  /** Whether `.nsdeploy` gets the name of the token. Default: `true`. */
  remember?: boolean;
  /** Where new tokens are kept. Default: the variable `NETSUITE_TBA_STORE`, then `auto`. */
  store?: StoreChoice;
  /** The vault's folder, not the user's home. Default: the variable `NETSUITE_TBA_HOME`, then the platform's configuration folder. */
  home?: string;
}

/** An `AbortSignal`, or an object like it. Node 12 has no `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener?(type: 'abort', listener: () => void): void;
}

/** A `URL`, or an object like it. Not every project knows the type `URL`. */
export interface UrlLike {
  readonly href: string;
  toString(): string;
}

/**
 * `auto` is the keychain. Where there is none it is `encrypted-file` if a passphrase is given, else `file`, with a warning
 * before the sign-in; without a terminal that file must have been chosen once.
 */
export type StoreChoice = 'auto' | Store;

/**
 * Where a secret is kept: the operating system's keychain, a file encrypted with `NETSUITE_TBA_PASSPHRASE`, a
 * file of mode 0600, or Oracle's `~/.nstba`.
 */
export type Store = 'keychain' | 'encrypted-file' | 'file' | 'nstba';

/**
 * Signs in to NetSuite with a token that is given, saved, or created now in the browser.
 * Prints on stderr which token is used and why.
 *
 * @throws {TbaError} with any code of {@link TbaErrorCode}. A token is saved completely or not at all.
 * @example
 * const session = await authenticate();
 * const response = await session.fetch('/app/site/hosting/restlet.nl?script=1&deploy=1');
 * if (!response.ok) throw new Error(`NetSuite answered ${response.status}`);
 */
export function authenticate(options?: AuthenticateOptions): Promise<Session>;

/** Options of {@link authenticateAll}. */
export interface AuthenticateAllOptions extends Omit<AuthenticateOptions, 'to'> {
  /** The tokens: a list of names, or their names in one string with commas between them (`--to sb1,sb2`). */
  to?: boolean | string | string[];
}

/**
 * Signs in to several accounts at once, such as those of `--to sb1,sb2`. NetSuite is asked about every token
 * (its tokeninfo endpoint) before this resolves, so that one bad token fails the call before any work is done.
 * Without several names it is {@link authenticate} with that check, for a list of one. With several names,
 * `.nsdeploy` stays as it is.
 *
 * @throws {TbaError} with any code of {@link TbaErrorCode}. The message names every token that does not work.
 * @example for (const session of await authenticateAll({ to: ['sb1', 'sb2'] })) await deploy(session);
 */
export function authenticateAll(options?: AuthenticateAllOptions): Promise<Session[]>;

/**
 * The same, and calls `work` for one session after the other. The first failure ends it: the accounts after it
 * are not started, and the call rejects with what `work` threw. A summary on stderr says for each account whether
 * it is done, failed or not started.
 *
 * @returns What `work` returned for each session.
 * @example await authenticateAll({}, (session) => deploy(session));
 */
export function authenticateAll<T>(options: AuthenticateAllOptions, work: (session: Session) => T | Promise<T>): Promise<T[]>;

/** A signed-in session. Only {@link authenticate} and {@link authenticateAll} create one. Its secrets never become JavaScript strings. */
export class Session {
  private constructor();
  /** Name of the saved token; `null` for a token from an option or the environment. */
  readonly authId: string | null;
  /** Account ID as NetSuite shows it, for example `1234567_SB1`. */
  readonly account: string;
  /** Host of the account's RESTlets, for example `1234567-sb1.restlets.api.netsuite.com`. */
  readonly host: string;
  /** URL of that host without a slash at the end: `https://` and the host, or the address of `vm`. */
  readonly baseUrl: string;
  /** Internal ID of the role; `null` if it is not known. */
  readonly role: string | null;
  /** Where the token came from. */
  readonly source: 'saved' | 'generated' | 'option' | 'environment';

  /**
   * The value of the `Authorization` header of one request, with a fresh nonce and timestamp
   * (RFC 5849, HMAC-SHA256). Call it again for every request and every retry.
   *
   * @param method HTTP method.
   * @param url Absolute URL, exactly as it will be requested. Its query is signed.
   * @param form Pairs of an `application/x-www-form-urlencoded` body. JSON bodies are not signed.
   * @throws {TbaError} `REQUEST_INVALID`
   * @example session.authorize('GET', 'https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1')
   */
  authorize(method: string, url: string | UrlLike, form?: [string, string][]): string;

  /**
   * Sends a signed request. Resolves with the answer, whatever its status. Waits while the account is busy, sends
   * again what NetSuite did not run, and signs in again when the token is refused and a person is there.
   *
   * @param url A path, which goes to the account's host for it (RESTlets, SuiteTalk or application), or an https
   *   URL of this session's account.
   * @throws {TbaError} `REQUEST_INVALID`, `HOST_REFUSED`, `ANSWER_LOST`, `ANSWER_TOO_LARGE`, `INVALID_LOGIN` and the
   *   other refusals of a token, the codes of the network, `CANCELLED`
   * @example
   * const response = await session.fetch('/app/site/hosting/restlet.nl?script=1&deploy=1', { json: { id: 7 } });
   * const result = await response.json();
   */
  fetch(url: string | UrlLike, options?: RequestOptions): Promise<SessionResponse>;

  /**
   * The token passport of one SuiteTalk SOAP request, with a fresh nonce and timestamp.
   *
   * @example const { account, consumerKey, token, nonce, timestamp, signature } = session.tokenPassport();
   */
  tokenPassport(): TokenPassport;
}

/** Options of {@link Session.fetch}. */
export interface RequestOptions {
  /** Default: `GET`, or `POST` with a body. */
  method?: string;
  /** An object, a list of pairs, or `Headers`. `Authorization`, `Host`, `Content-Length` and the like are set for you. */
  headers?: { [name: string]: string | undefined } | Iterable<[string, string]> | HeadersLike;
  /** `URLSearchParams` are sent as a form and signed. Streams cannot be sent: a request may be sent twice. */
  body?: string | ArrayBufferView | ArrayBuffer | UrlSearchParamsLike | null;
  /** A body as JSON, with `Content-Type: application/json`. */
  json?: unknown;
  /** Added to the query of the URL. */
  query?: { [name: string]: string | number | undefined } | Iterable<[string, string | number]>;
  /** Stops the call, which then fails with `CANCELLED`. */
  signal?: AbortSignalLike;
  /** For the whole call in milliseconds, with waiting and repetitions, without a sign-in. Default: 120000. */
  timeoutMs?: number;
  /** How often the request may be sent again; 0: never. Default: 4. */
  retries?: number;
  /** Called before the request is sent again. */
  onRetry?(event: RetryEvent): void;
}

/** What {@link RequestOptions.onRetry} is told. */
export interface RetryEvent {
  /** How often the request was sent so far. */
  attempt: number;
  /** Why it is sent again. */
  reason: 'busy' | 'network' | 'clock' | 'signed-in-again';
  /** How long that waits, in milliseconds. */
  waitMs: number;
  /** The status of the answer, if there was one. */
  status?: number;
}

/**
 * The answer of {@link Session.fetch}: the platform's `Response` from Node 18 on, before that an object with these
 * members. Its body was received completely.
 */
export interface SessionResponse {
  readonly status: number;
  readonly statusText: string;
  /** The status is from 200 to 299. */
  readonly ok: boolean;
  readonly headers: ResponseHeaders;
  /** The address that answered. */
  readonly url: string;
  /** Whether that is another one than was asked. */
  readonly redirected: boolean;
  /** How often the request was sent. */
  readonly attempts: number;
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  json(): Promise<any>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The headers of a {@link SessionResponse}. */
export interface ResponseHeaders {
  get(name: string): string | null;
  has(name: string): boolean;
  forEach(visit: (value: string, name: string) => void): void;
}

/** `Headers`, or anything like it: not every project has that type. */
export interface HeadersLike {
  get(name: string): string | null;
  forEach(visit: (value: string, name: string) => void): void;
}

/** `URLSearchParams`, or anything like it: not every project has that type. */
export interface UrlSearchParamsLike {
  append(name: string, value: string): void;
  getAll(name: string): string[];
  toString(): string;
}

/** Fields of SuiteTalk's `tokenPassport` (NetSuite help, "The Signature for Web Services and RESTlets"). */
export interface TokenPassport {
  /** Account ID, for example `1234567_SB1`. */
  account: string;
  consumerKey: string;
  /** Token ID. */
  token: string;
  nonce: string;
  /** Unix seconds. */
  timestamp: number;
  /** Base64. */
  signature: string;
  algorithm: 'HMAC-SHA256';
}

/** The saved tokens. It does not give out their secrets. */
export class TokenVault {
  /** @throws {TbaError} `STORE_INVALID`, `OPTION_INVALID` */
  constructor(options?: { store?: StoreChoice; home?: string });

  /**
   * Lists every saved token, including those in Oracle's `~/.nstba`. Does not open the keychain.
   *
   * @throws {TbaError} a store error
   * @example new TokenVault().list().map((token) => token.authId)
   */
  list(): SavedToken[];

  /**
   * Renames a saved token.
   *
   * @throws {TbaError} `TOKEN_NOT_FOUND`, `AUTH_ID_TAKEN`, `AUTH_ID_INVALID`, or a store error
   * @example await vault.rename('dev', 'sb1-dev')
   */
  rename(from: string, to: string): Promise<void>;

  /**
   * Removes a saved token. Resolves to whether there was one. The token keeps working in NetSuite until it
   * is revoked there.
   *
   * @throws {TbaError} a store error
   * @example await vault.remove('dev')
   */
  remove(authId: string): Promise<boolean>;

  /**
   * Copies the tokens of Oracle's `~/.nstba`, or of the given file, into the vault and reads them back. The
   * plain text stays unless `removePlaintext` is `true`.
   *
   * @throws {TbaError} a store error
   * @example const { tokens } = await vault.import()
   */
  import(path?: string, options?: { removePlaintext?: boolean }): Promise<ImportReport>;
}

/** A saved token. Times are ISO 8601 in UTC. */
export interface SavedToken {
  /** The name it is saved under. */
  authId: string;
  /** Account ID, for example `1234567_SB1`. */
  account: string;
  /** The type of the account, as far as its ID shows it. */
  accountType: 'production' | 'sandbox' | 'release-preview' | 'developer' | 'unknown';
  /** Internal ID of the role; `null` if it is not known. */
  role: string | null;
  /** Where its secret is kept. */
  store: Store;
  /** Address of the simulator it belongs to, or `null`. */
  vm: string | null;
  /** Molecule it belongs to, or `null`. */
  molecule: string | null;
  createdAt: string | null;
  /** Exact to the day. */
  lastUsedAt: string | null;
}

/** What happened to each entry of an imported file. */
export interface ImportReport {
  /** The file that was read. */
  file: string;
  tokens: ImportedToken[];
}

/** One entry of an imported file. */
export interface ImportedToken {
  authId: string;
  account?: string;
  /** `kept`: the vault already has a token of that name and keeps it. */
  outcome: 'imported' | 'kept' | 'skipped';
  /** The store it was saved in. */
  store?: Store;
  /** Why it was skipped. */
  reason?: string;
  /** Whether its plain text was removed from the file. */
  plaintextRemoved: boolean;
}

/** A request for {@link signRequest}. */
export interface RequestToSign {
  /** HTTP method. */
  method: string;
  /** Absolute URL, exactly as it will be requested. */
  url: string | UrlLike;
  /** Signed and sent in the header, for example `oauth_callback`, `oauth_verifier`, `role`. */
  parameters?: [string, string][];
  /** Pairs of a form body. They are signed, but not part of the header. */
  form?: [string, string][];
}

/** Credentials for {@link signRequest}. They are used as given. */
export interface Credentials {
  consumerKey: string;
  consumerSecret: string;
  tokenId?: string;
  tokenSecret?: string;
  /** Comes first in the header and is never signed. */
  realm?: string;
}

/**
 * Signs a request by RFC 5849 with HMAC-SHA256 and returns header, signature and base string. Unknown member
 * names are refused, because a misspelt member would be left out of the signature.
 *
 * @param fixed Nonce and timestamp (Unix seconds) for tests; fresh ones by default.
 * @throws {TbaError} `REQUEST_INVALID`, `OPTION_INVALID`
 * @example
 * const { header } = signRequest({ method: 'GET', url }, { consumerKey, consumerSecret, tokenId, tokenSecret, realm: '1234567_SB1' });
 */
export function signRequest(
  request: RequestToSign,
  credentials: Credentials,
  fixed?: { nonce?: string; timestamp?: number },
): { header: string; signature: string; baseString: string };

/**
 * Opens an http or https address in the user's browser without using a shell. The browser is the command in
 * the variable `BROWSER`, or the system's.
 *
 * @throws {TbaError} `OPTION_INVALID` for any other address, `BROWSER_FAILED` if no browser could be started
 * @example openBrowser('https://system.netsuite.com/')
 */
export function openBrowser(url: string): void;

/**
 * What Oracle's Commerce developer tools expect from the package `oauth1`, which is called `@sc-utils/oauth1`
 * since 24.2. Install this package under the name that your tools require. In code of your own, use
 * {@link authenticate}.
 */
export class OAuth1 {
  /** Does not throw if the consumer key is missing; the error comes at the first use. */
  constructor(config?: OAuth1Config);
  /** The saved tokens by name. `token` and `secret` are read from the store when they are accessed. */
  static getAllTokens(): { [authId: string]: { account: string; readonly token: string; readonly secret: string } };
  vm?: string;
  molecule?: string;
  account?: string;
  consumer: { key?: string; secret?: string };
  readonly urls: { step1: string; step2: string; step3: string };
  /** Returns the token of that name, or signs in if there is none. `account` has the form `1234567-SB1`. @throws {TbaError} */
  issueToken(name: string, config?: OAuth1Config): Promise<{ token: string; secret: string; account: string }>;
  /** Returns the `Authorization` header of a RESTlet request. @throws {TbaError} */
  restAuthorize(name: string, request: { method: string; url: string }): Promise<string>;
  /** Returns the token passport of a SOAP request. `account` has the form `1234567_SB1`. @throws {TbaError} */
  soapAuthorize(name: string, config?: OAuth1Config): Promise<Omit<TokenPassport, 'algorithm'>>;
}

/** Configuration of {@link OAuth1}. Other members that the tools pass are ignored. */
export interface OAuth1Config {
  key?: string;
  secret?: string;
  account?: string;
  vm?: string;
  molecule?: string;
  [other: string]: unknown;
}

/** Any failure that a user can cause or meet. `message` ends with the next step. gulp prints it without a stack trace. */
export class TbaError extends Error {
  constructor(parts: { code: TbaErrorCode; message: string; nextStep: string; exitCode: number });
  readonly name: 'TbaError';
  /** Does not change between releases. */
  readonly code: TbaErrorCode;
  /** What to do next. */
  readonly nextStep: string;
  /** 1: failure, 2: usage, 3: sign-in refused, 4: network, 5: store, 6: account lock or production guard, 130: cancelled. */
  readonly exitCode: number;
  /** Tells gulp to print only the message. */
  readonly showStack: false;
}

/** Codes of {@link TbaError}. */
export type TbaErrorCode =
  /** The consumer key or consumer secret of the integration record is missing. */
  | 'CONSUMER_MISSING'
  /** The consumer key or consumer secret contains invalid characters. */
  | 'CONSUMER_INVALID'
  /** A token was given without the account it belongs to. */
  | 'ACCOUNT_MISSING'
  /** The value is not a NetSuite account ID. */
  | 'ACCOUNT_INVALID'
  /** The authentication ID is empty or contains invalid characters. */
  | 'AUTH_ID_INVALID'
  /** Another saved token already has this authentication ID. */
  | 'AUTH_ID_TAKEN'
  /** The value of --token does not have the form <id>:<secret>. */
  | 'TOKEN_FORMAT'
  /** A file that was named for a token or a secret cannot be used. */
  | 'SECRET_FILE'
  /** The role is not an internal role ID. */
  | 'ROLE_INVALID'
  /** A flag has no value, has an invalid value, or is given twice with different values. */
  | 'FLAG_INVALID'
  /** The command does not exist, or it was given the wrong arguments. */
  | 'COMMAND_INVALID'
  /** Conflicting options: each one selects a token. */
  | 'FLAG_CONFLICT'
  /** An option has a value of the wrong type. */
  | 'OPTION_INVALID'
  /** The value of --vm is not an http or https address of this machine. */
  | 'VM_INVALID'
  /** The molecule given with -m is not a single DNS label. */
  | 'MOLECULE_INVALID'
  /** The proxy address is not a valid URL. */
  | 'PROXY_INVALID'
  /** The port is not a number from 1 to 65535. */
  | 'PORT_INVALID'
  /** The request cannot be signed or sent: its method, URL, headers or body are not valid. */
  | 'REQUEST_INVALID'
  /** There is no saved token with this name. */
  | 'TOKEN_NOT_FOUND'
  /** A token must be chosen or named, and there is no terminal to ask in. */
  | 'CHOICE_NEEDED'
  /** A browser sign-in is needed, and it cannot be done here. */
  | 'SIGN_IN_NEEDED'
  /** The selected token belongs to a different account than the one requested. */
  | 'ACCOUNT_MISMATCH'
  /** The saved token was created with a different integration record. */
  | 'CONSUMER_MISMATCH'
  /** This folder is not a Commerce developer tools project. */
  | 'PROJECT_UNKNOWN'
  /** A file was edited in the meantime, and continuing would lose the edit. */
  | 'FILE_EDITED'
  /** The store is not one of auto, keychain, encrypted-file, file, nstba. */
  | 'STORE_INVALID'
  /** Deny was pressed on the consent page. */
  | 'SIGN_IN_DENIED'
  /** Nobody pressed Allow before the deadline. */
  | 'SIGN_IN_TIMEOUT'
  /** Access was allowed for a different account than the one requested. */
  | 'CALLBACK_ACCOUNT'
  /** Access was allowed for a different role than the one requested. */
  | 'CALLBACK_ROLE'
  /** The pasted text is not the address the browser ended on after Allow. */
  | 'CALLBACK_INVALID'
  /** The request token has expired or was already used. */
  | 'REQUEST_TOKEN_EXPIRED'
  /** NetSuite has no integration record with this consumer key. */
  | 'UNKNOWN_INTEGRATION'
  /** The integration record is blocked in this account or waiting for approval. */
  | 'INTEGRATION_BLOCKED'
  /** The integration record does not allow TBA: Authorization Flow. */
  | 'AUTHORIZATION_FLOW_REQUIRED'
  /** The clock of this machine differs from NetSuite's by more than five minutes. */
  | 'INVALID_TIMESTAMP'
  /** Signature mismatch: the consumer secret does not belong to the consumer key. */
  | 'INVALID_SIGNATURE'
  /** The callback URL is not the one in the integration record. */
  | 'INVALID_CALLBACK'
  /** A required OAuth parameter is missing from the request. */
  | 'MISSING_PARAMETER'
  /** NetSuite rejected the nonce of the request. */
  | 'NONCE_REJECTED'
  /** Token-Based Authentication is not enabled in this account. */
  | 'FEATURE_DISABLED'
  /** NetSuite rejected the token: it was revoked, or its user, role, integration record or account changed. */
  | 'INVALID_LOGIN'
  /** The role lacks a required permission. */
  | 'PERMISSION_MISSING'
  /** NetSuite refused the sign-in for a reason this package does not know. */
  | 'SIGN_IN_REFUSED'
  /** The host was not found or does not accept connections. */
  | 'NETWORK_UNREACHABLE'
  /** The host did not answer in time. */
  | 'NETWORK_TIMEOUT'
  /** The certificate of the host is not trusted. */
  | 'CERTIFICATE_INVALID'
  /** The proxy refused the connection. */
  | 'PROXY_REFUSED'
  /** The address is not a NetSuite address. */
  | 'HOST_REFUSED'
  /** NetSuite redirected the request: the account has another host. */
  | 'WRONG_DATA_CENTER'
  /** NetSuite is busy, or the request limit of the account is reached. */
  | 'RATE_LIMITED'
  /** NetSuite answered with a server error. */
  | 'SERVER_ERROR'
  /** The answer was lost after the request was sent, so NetSuite may have run it. */
  | 'ANSWER_LOST'
  /** The answer is larger than 100 MiB. */
  | 'ANSWER_TOO_LARGE'
  /** The answer does not come from NetSuite's token endpoints. */
  | 'UNEXPECTED_ANSWER'
  /** There is no keychain on this machine. */
  | 'KEYCHAIN_MISSING'
  /** The keychain is locked. */
  | 'KEYCHAIN_LOCKED'
  /** The keychain denied access. */
  | 'KEYCHAIN_DENIED'
  /** The keychain did not answer in time. */
  | 'KEYCHAIN_TIMEOUT'
  /** The keychain returned an error. */
  | 'KEYCHAIN_FAILED'
  /** The token is listed, but its secret is no longer in the store. */
  | 'SECRET_MISSING'
  /** The token file cannot be read. */
  | 'STORE_UNREADABLE'
  /** The token file cannot be written. */
  | 'STORE_UNWRITABLE'
  /** The token file is a symbolic link or belongs to another user. */
  | 'STORE_UNSAFE'
  /** The token file is damaged. */
  | 'STORE_DAMAGED'
  /** The token file was written by a newer version of netsuite-tba. */
  | 'STORE_NEWER'
  /** Another process is using the token file. */
  | 'STORE_BUSY'
  /** The encrypted file needs a passphrase. */
  | 'PASSPHRASE_MISSING'
  /** The passphrase does not open the encrypted file. */
  | 'PASSPHRASE_WRONG'
  /** A file of the project (.nsdeploy or .env) cannot be read or written. */
  | 'PROJECT_FILE'
  /** The account lock in package.json does not allow this account for the task. */
  | 'ACCOUNT_LOCKED'
  /** The task would change a production account, and nobody has confirmed it. */
  | 'PRODUCTION_GUARD'
  /** Another program is using the callback port. */
  | 'PORT_BUSY'
  /** Another process is signing in and did not finish in time. */
  | 'SIGN_IN_BUSY'
  /** No browser could be started. */
  | 'BROWSER_FAILED'
  /** The task was cancelled. */
  | 'CANCELLED'
  /** The native part of netsuite-tba could not be loaded. */
  | 'BINDING_MISSING'
  /** Something went wrong inside netsuite-tba. */
  | 'INTERNAL';
