// Compiled, never run: the package as CommonJS TypeScript requires it.
import tba = require('netsuite-tba');

export const vault: tba.TokenVault = new tba.TokenVault();
export type Codes = tba.TbaErrorCode;

import tokens = require('netsuite-tba/gulp');

export const names: string[] = Object.keys(tokens().tasks());

/** What the types of gulp ask of a registry (@types/undertaker-registry). */
interface UndertakerRegistry {
  get<TTaskFunction>(taskName: string): TTaskFunction;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  init(taker: any): void;
  set<TTaskFunction>(taskName: string, fn: TTaskFunction): TTaskFunction;
  tasks<TTaskFunction>(): { [taskName: string]: TTaskFunction };
}

export const registry: UndertakerRegistry = tokens();
