// Compiled, never run: the package as a TypeScript project imports it by name.
import { authenticate, OAuth1, openBrowser, signRequest, TbaError, TokenVault } from 'netsuite-tba';
import type { AuthenticateOptions, ImportReport, SavedToken, Session, Store, StoreChoice, TbaErrorCode, TokenPassport } from 'netsuite-tba';
import { startSimulator } from 'netsuite-tba/simulator';
import type { SimulatedRequest, Simulator } from 'netsuite-tba/simulator';

const options: AuthenticateOptions = { authId: 'dev', account: '1234567_SB1', role: 1000, store: 'file', port: 7777, timeoutMs: 60000 };

export async function main(): Promise<number> {
  const simulator: Simulator = await startSimulator({ accounts: ['1234567_SB1'], faults: { 'restlet:html': 2 } });
  simulator.fault('restlet:status:503', 1);
  const refused: SimulatedRequest | undefined = simulator.requests.find((request) => request.signatureOk === false);
  try {
    const session: Session = await authenticate({ ...options, vm: simulator.url });
    const header: string = session.authorize('GET', `${session.baseUrl}/x`, [['a', 'b']]);
    const passport: TokenPassport = session.tokenPassport();
    const choice: StoreChoice = 'auto';
    const vault = new TokenVault({ store: choice });
    const tokens: SavedToken[] = vault.list();
    const stores: Store[] = tokens.map((token) => token.store);
    const report: ImportReport = await vault.import();
    await vault.rename('dev', 'sb1');
    const gone: boolean = await vault.remove('sb1');
    const { baseString } = signRequest(
      { method: 'POST', url: 'https://h/' },
      { consumerKey: 'k', consumerSecret: 's' },
      { nonce: 'n', timestamp: 1 },
    );
    openBrowser('https://system.netsuite.com/');
    const tools = new OAuth1({ key: 'k', secret: 's', anything: 1 });
    const { account } = await tools.issueToken('dev');
    return [header, passport.signature, stores, report.file, gone, baseString, account, refused].length;
  } catch (error) {
    if (error instanceof TbaError) {
      const code: TbaErrorCode = error.code;
      return code === 'SIGN_IN_DENIED' ? error.exitCode : 1;
    }
    throw error;
  } finally {
    await simulator.close();
  }
}
