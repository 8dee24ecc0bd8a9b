/** NetSuite on loopback: token endpoints, OAuth 2.0, consent pages, Commerce RESTlets, REST web services and a little SuiteTalk SOAP. */

/**
 * Starts a simulator on 127.0.0.1. Nothing is kept on disk.
 *
 * @example
 * const simulator = await startSimulator();
 * const { tokenId, tokenSecret } = simulator.issueToken({ account: '1234567_SB1', role: '1000' });
 * await simulator.close();
 */
export function startSimulator(options?: SimulatorOptions): Promise<Simulator>;

/** Options of {@link startSimulator}. */
export interface SimulatorOptions {
  /** Default: any free port. */
  port?: number;
  /** Account IDs, or accounts with roles. Default: `1234567`, `1234567_SB1`, `TSTDRV1234567`. */
  accounts?: (string | SimulatedAccount)[];
  /** Default: `simulator-consumer-key`, `simulator-consumer-secret`. */
  consumer?: { key: string; secret: string };
  /** Callback URLs of the integration record. Default: `http://localhost:*`. */
  callback?: string | string[];
  /** Integration records for OAuth 2.0. Default: the consumer as a confidential client, and `simulator-public-client`. */
  integrations?: SimulatedIntegration[];
  /** How far the simulator's clock is ahead, in milliseconds. Default: 0. */
  clockOffsetMs?: number;
  /** How many requests of one account may run at once. Further ones are answered as "busy". Default: 0, no limit. */
  concurrency?: number;
  /** How long each signed request takes, in milliseconds. Default: 0. */
  delayMs?: number;
  /** Faults by name, and how often each occurs: `{ 'restlet:html': 2 }`. */
  faults?: { [name: string]: number | boolean };
  /** Whether to answer as an HTTPS proxy for NetSuite's host names as well. Needs openssl. Default: false. */
  proxy?: boolean | SimulatedProxyOptions;
  /** Called on each visit to the consent page. */
  onConsent?: ((visit: ConsentVisit) => void) | null;
  /** Called with each finished entry of the log. */
  onRequest?: (request: SimulatedRequest) => void;
}

/** An account of the simulator. */
export interface SimulatedAccount {
  id: string;
  name?: string;
  roles?: { id: string; name: string }[];
  user?: { id: string; name: string };
}

/** An integration record with the authorization code grant of OAuth 2.0. */
export interface SimulatedIntegration {
  clientId: string;
  /** A record with a secret is a confidential client, one without a public client. */
  clientSecret?: string | null;
  /** Default: `restlets`, `rest_webservices`. */
  scopes?: string[];
  /** Redirect URIs. Default: `http://localhost:*` and `https://localhost:*`. */
  redirects?: string[];
  /** Whether a confidential client needs PKCE. A public client always does. Default: true. */
  pkce?: boolean;
  /** How long a code can be exchanged, in seconds. Default: 600. */
  codeSeconds?: number;
  /** How long a refresh token is valid, in seconds. Default: 48 hours for a public client, 7 days for a confidential one. */
  refreshSeconds?: number;
  /** How long after the sign-in the last refresh token ends, in seconds. Default: 7 days for a public client, no limit otherwise. */
  chainSeconds?: number;
  /** Whether using a refresh token twice ends the whole grant. Default: false. */
  endsChainOnReuse?: boolean;
}

/** A grant of OAuth 2.0: what a person allowed. */
export interface SimulatedGrant {
  id: string;
  clientId: string;
  account: string;
  role: string;
  scope: string[];
  /** How often its refresh token was replaced by a new one. */
  rotations: number;
  /** Why it ended; `null` while it works. */
  ended: string | null;
}

/** How the proxy behaves. */
export interface SimulatedProxyOptions {
  /** `user:password` that clients must send. */
  credentials?: string;
  /** What is wrong with its certificate. */
  certificate?: 'expired' | 'self-signed' | 'wrong-host';
  /** A molecule: an additional DNS label before `.netsuite.com`. */
  molecule?: string;
}

/** A visit to the consent page. */
export interface ConsentVisit {
  type: 'shown' | 'allowed' | 'denied';
  url: string;
  account?: string;
  role?: string;
  state?: string;
  location?: string;
}

/** One request and how it was answered. It never contains a signature or a secret. */
export interface SimulatedRequest {
  /** When it arrived, by the simulator's clock: ISO 8601, UTC. */
  at: string;
  method: string;
  url: string;
  host: string;
  path: string;
  /** The endpoint that answered: `requesttoken`, `accesstoken`, `restlet`, … */
  step: string | null;
  /** The HTTP status; 0 until it is answered. */
  status: number;
  /** The OAuth parameters that were sent, without the signature. */
  oauth: { [name: string]: string };
  /** Whether the signature was right; `null` if the request had none. */
  signatureOk: boolean | null;
  /** Why the request was refused. */
  reason: string | null;
  /** Whether the endpoint did its work, however the request was answered. */
  ran: boolean;
  /** Names of the headers that were sent. */
  headers: string[];
}

/** A token of the simulator. */
export interface SimulatedToken {
  tokenId: string;
  tokenSecret: string;
  account: string;
  role: string;
  user: { id: string; name: string };
  consumerKey: string;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, for `--vm` and the option `vm`. */
  readonly url: string;
  readonly port: number;
  readonly consumer: { key: string; secret: string };
  readonly requests: SimulatedRequest[];
  /** Tokens by token ID. */
  readonly tokens: Map<string, SimulatedToken>;
  /** Files by account, then target folder, then path. */
  readonly files: Map<string, Map<string, Map<string, { id: string; path: string; type: string; bytes: Uint8Array }>>>;
  /** For `HTTPS_PROXY` and `NODE_EXTRA_CA_CERTS`; `null` without `proxy: true`. */
  readonly proxy: { url: string; port: number; caFile: string; ca: string; connects: unknown[] } | null;
  /** Integration records for OAuth 2.0 by client ID. Changes apply at once. */
  readonly integrations: Map<string, SimulatedIntegration>;
  /** Grants of OAuth 2.0 by ID, including those that ended. */
  readonly grants: Map<string, SimulatedGrant>;
  clockOffsetMs: number;
  concurrency: number;
  delayMs: number;
  /** The largest number of requests of one account that ran at once. */
  readonly mostUnderWay: number;
  /** Each call of the echo RESTlet and of REST web services that ran, in order. `id` is from the query or the JSON body. */
  readonly executed: { method: string; path: string; id: string | null; tokenId: string }[];
  onConsent: ((visit: ConsentVisit) => void) | null;
  /** Creates a token without a sign-in. */
  issueToken(wanted?: { account?: string; role?: string; user?: { id: string; name: string }; consumerKey?: string }): SimulatedToken;
  /** Creates a grant of OAuth 2.0 without a sign-in. */
  issueGrant(wanted?: { clientId?: string; account?: string; role?: string; scope?: string[] }): {
    id: string;
    accessToken: string;
    refreshToken: string;
  };
  /** Revokes a token. Returns whether there was one. */
  revoke(tokenId: string): boolean;
  /** Revokes a token after that many more requests. */
  revokeAfter(tokenId: string, uses: number): void;
  /** Presses a button of the consent page. `location` is the address that the browser would be sent to. */
  consent(
    authorizeUrl: string,
    choice?: { action?: 'allow' | 'deny'; account?: string; role?: string },
  ): Promise<{ location: string | null }>;
  /** Switches a fault on: a count, `true` for always, `0` to switch it off. */
  fault(name: string, value?: number | boolean): void;
  clearFaults(): void;
  close(): Promise<void>;
}
