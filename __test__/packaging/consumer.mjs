// Imports the installed package by name, the ES module way.
import whole, { authenticate, authenticateAll, OAuth1, openBrowser, Session, signRequest, TbaError, TokenVault } from 'netsuite-tba';
import { startSimulator } from 'netsuite-tba/simulator';

const names = { authenticate, authenticateAll, OAuth1, openBrowser, Session, signRequest, TbaError, TokenVault };
const same = Object.keys(names).every((name) => typeof names[name] === 'function' && whole[name] === names[name]);
console.log(JSON.stringify({ same, names: Object.keys(names).sort(), all: Object.keys(whole).sort(), simulator: typeof startSimulator }));
