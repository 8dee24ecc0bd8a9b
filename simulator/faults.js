// Keeps which faults are switched on, for which step, and for how many more requests.
'use strict';

const { FORGERIES } = require('./consent');
const { FLOW_CODES, SPOILERS } = require('./fault-answers');
const { CODE_FORGERIES, isForgery } = require('./oauth2/authorize');
const { ERRORS, TOKEN_FAULTS, isTokenFault } = require('./oauth2/token-faults');

const STEPS = ['requesttoken', 'accesstoken', 'tokeninfo', 'revoketoken', 'restlet', 'record', 'suiteql', 'soap', 'token', 'revoke'];
const OTHER_STEPS = ['consent', 'authorize', 'connect'];
const CONNECT = ['hang', 'reset', 'status:NNN'];

function isAnswerFault(kind) {
  return (
    Object.prototype.hasOwnProperty.call(SPOILERS, kind) ||
    FLOW_CODES.includes(kind) ||
    /^(status:[1-5]\d\d|redirect:30[12378]|slow:\d{1,5})$/.test(kind)
  );
}

function fits(step, kind) {
  if (step === 'consent') return FORGERIES.includes(kind);
  if (step === 'connect') return /^(hang|reset|status:[1-5]\d\d)$/.test(kind);
  if (step === 'authorize') return isForgery(kind);
  if (step === 'token' && isTokenFault(kind)) return true;
  return isAnswerFault(kind);
}

// "restlet:html" applies to one step, "html" to every step. A consent fault needs no step.
function parse(name) {
  const at = name.indexOf(':');
  const step = at < 0 ? '' : name.slice(0, at);
  if (STEPS.includes(step) || OTHER_STEPS.includes(step)) return { step, kind: name.slice(at + 1) };
  return { step: FORGERIES.includes(name) ? 'consent' : '*', kind: name };
}

class Faults {
  constructor(wanted) {
    this.active = new Map();
    for (const name of Object.keys(wanted || {})) this.set(name, wanted[name]);
  }

  // set('restlet:html', 2), set('restlet:html', true), set('restlet', 'html', 2); 0 or false switches it off.
  set(name, value, count) {
    if (typeof value === 'string') return this.set(`${name}:${value}`, count === undefined ? true : count);
    const times = value === undefined || value === true ? Infinity : Number(value);
    const { step, kind } = parse(String(name));
    if (!fits(step, kind) || !(times >= 0))
      throw new Error(`There is no fault ${name}${value === true || value === undefined ? '' : ` of ${value}`}.\n${Faults.help()}`);
    const key = `${step}:${kind}`;
    if (times === 0) this.active.delete(key);
    else this.active.set(key, { step, kind, times });
    return undefined;
  }

  clear() {
    this.active.clear();
  }

  // The faults that apply to this request. Each one is counted down.
  take(step) {
    const struck = [];
    for (const [key, fault] of this.active) {
      if (fault.step !== step && !(fault.step === '*' && STEPS.includes(step))) continue;
      struck.push(fault.kind);
      fault.times -= 1;
      if (fault.times <= 0) this.active.delete(key);
    }
    return struck;
  }

  static help() {
    return [
      `Steps: ${STEPS.join(', ')}; faults: status:NNN, slow:MS, redirect:30N, ${Object.keys(SPOILERS).concat(FLOW_CODES).join(', ')}.`,
      `token: ${ERRORS.concat(TOKEN_FAULTS).join(', ')}.`,
      `consent: ${FORGERIES.join(', ')}. authorize: error:NAME, ${CODE_FORGERIES.join(', ')}. connect: ${CONNECT.join(', ')}.`,
    ].join(' ');
  }
}

module.exports = { Faults };
