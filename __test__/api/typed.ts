// Compiled, never run: what index.d.ts must allow, and what it must refuse.
import { authenticate, openBrowser, Session, signRequest, type TbaError, TokenVault } from '../..';
import type { AuthenticateOptions, SavedToken, TbaErrorCode, TokenPassport } from '../..';

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
    signal: { aborted: false, addEventListener() {} },
    store: 'auto',
    home: 'x',
  };
  const session: Session = await authenticate(options);
  const header: string = session.authorize('GET', new URL('https://h/'), [['a', 'b']]);
  const passport: TokenPassport = session.tokenPassport();
  const source: 'saved' | 'generated' | 'option' | 'environment' = session.source;
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
  void [header, passport, source, saved, removed, report.tokens, baseString, code];
  await authenticate();
}

export async function refused(session: Session): Promise<void> {
  // @ts-expect-error: a Session comes from authenticate() only.
  new Session();
  // @ts-expect-error: read-only.
  session.account = '1';
  // @ts-expect-error: not an option.
  await authenticate({ account_id: '1' });
  // @ts-expect-error: not a store.
  await authenticate({ store: 'plain' });
  // @ts-expect-error: a header needs a URL.
  session.authorize('GET');
  // @ts-expect-error: not a code.
  const code: TbaErrorCode = 'SOMETHING_ELSE';
  // @ts-expect-error: secrets are not part of a saved token.
  void new TokenVault().list()[0].secret;
  void code;
}
