// Compiled, never run: what index.d.ts must allow, and what it must refuse.
import { authenticate, authenticateAll, openBrowser, Session, signRequest, type TbaError, TokenVault } from '../..';
import type { AuthenticateOptions, RetryEvent, SavedToken, SessionResponse, TbaErrorCode, TokenPassport } from '../..';

export async function allowed(): Promise<void> {
  const options: AuthenticateOptions = {
    argv: [],
    cwd: '.',
    to: true,
    authId: 'a',
    account: '1234567',
    role: 3,
    token: 'a:b',
    consumerKey: 'k',
    consumerSecret: 's',
    molecule: 'm',
    vm: 'http://127.0.0.1:1',
    proxy: 'http://p:1',
    port: 7777,
    interactive: false,
    browser: true,
    timeoutMs: 1,
    concurrency: 3,
    signal: { aborted: false, addEventListener() {} },
    store: 'auto',
    home: 'x',
  };
  const session: Session = await authenticate(options);
  const header: string = session.authorize('GET', new URL('https://h/'), [['a', 'b']]);
  const passport: TokenPassport = session.tokenPassport();
  const source: 'saved' | 'generated' | 'option' | 'environment' = session.source;
  const response: SessionResponse = await session.fetch(new URL('https://h/'), {
    method: 'POST',
    headers: new Headers({ a: 'b' }),
    body: new URLSearchParams({ a: 'b' }),
    query: { a: 1, b: 'x' },
    signal: new AbortController().signal,
    timeoutMs: 1,
    retries: 0,
    onRetry: ({ attempt, reason, waitMs, status }: RetryEvent) => void [attempt, reason, waitMs, status],
  });
  await session.fetch('/app/x', { json: { a: 1 }, headers: [['a', 'b']], query: new URLSearchParams('a=1') });
  await session.fetch('/app/x', { body: new Uint8Array(1), headers: { a: 'b', c: undefined } });
  await session.fetch('/app/x', { body: new ArrayBuffer(1), query: [['a', 1]] });
  const sent: [boolean, number, number, string | null] = [response.ok, response.status, response.attempts, response.headers.get('a')];
  const bytes: ArrayBuffer = await response.arrayBuffer();
  const vault = new TokenVault({ store: 'file' });
  const saved: SavedToken[] = vault.list();
  await vault.rename('a', 'b');
  const removed: boolean = await vault.remove('a');
  const report = await vault.import(undefined, { removePlaintext: true });
  const { baseString } = signRequest(
    { method: 'GET', url: 'https://h/' },
    { consumerKey: 'k', consumerSecret: 's' },
    { nonce: 'n', timestamp: 1 },
  );
  openBrowser('https://h/');
  const code = (error: TbaError): TbaErrorCode => error.code;
  void [header, passport, source, saved, removed, report.tokens, baseString, code, sent, bytes];
  await authenticate();
  const all: Session[] = await authenticateAll({ to: ['a', 'b'], remember: false });
  const accounts: string[] = await authenticateAll({}, async (one) => one.account);
  void [all, accounts];
}

export async function refused(session: Session): Promise<void> {
  // @ts-expect-error: a Session comes from authenticate() only.
  new Session();
  // @ts-expect-error: read-only.
  session.account = '1';
  // @ts-expect-error: not an option.
  await authenticate({ account_id: '1' });
  // @ts-expect-error: authenticate() takes one name.
  await authenticate({ to: ['a', 'b'] });
  // @ts-expect-error: not a store.
  await authenticate({ store: 'plain' });
  // @ts-expect-error: a number is no body.
  await session.fetch('/app/x', { body: 1 });
  // @ts-expect-error: not an option of fetch().
  await session.fetch('/app/x', { redirect: 'follow' });
  // @ts-expect-error: a header needs a URL.
  session.authorize('GET');
  // @ts-expect-error: not a code.
  const code: TbaErrorCode = 'SOMETHING_ELSE';
  // @ts-expect-error: secrets are not part of a saved token.
  void new TokenVault().list()[0].secret;
  void code;
}
