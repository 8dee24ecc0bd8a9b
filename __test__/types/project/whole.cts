// Compiled, never run: the package as CommonJS TypeScript requires it.
import tba = require('netsuite-tba');

export const vault: tba.TokenVault = new tba.TokenVault();
export type Codes = tba.TbaErrorCode;

import tokens = require('netsuite-tba/gulp');

export const names: string[] = Object.keys(tokens().tasks());
