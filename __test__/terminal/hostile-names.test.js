// Names in other programs' files may contain terminal commands, which our output must not pass on.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { scene } = require('../scene');
const { tool } = require('./tool');

const ESC = '\u001b';
const NAMES = {
  'clears the screen': `dev${ESC}[2J${ESC}[H`,
  'sets the title': `${ESC}]0;owned\u0007`,
  'writes the clipboard': `a${ESC}]52;c;cm0gLXJm\u0007`,
  'holds eight-bit control sequences': 'b\u009b31mred\u0085',
  'reverses the reading direction': 'live\u202egnp.\u2066x\u2069',
  'holds invisible characters': 'li\u200bve\u2060\ufeff',
  'holds line ends': 'one\r\ntwo\u2028three',
};
// All characters that control a terminal, except the line ends and tabs of our own layout.
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const URL = 'https://7654321.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=1&deploy=1';
const HEADER = 'OAuth realm="7654321", oauth_consumer_key="k", oauth_token="id-0"';

function assertClean(done, what) {
  for (const stream of ['stdout', 'stderr']) {
    const found = UNSAFE.exec(done[stream]);
    assert.ok(!found, `${what}: ${stream} holds ${found && JSON.stringify(found[0])}: ${JSON.stringify(done[stream])}`);
  }
}

for (const [kind, name] of Object.entries(NAMES)) {
  test(`a saved name that ${kind} is printed clean by every command`, async (t) => {
    const it = await scene(t, { simulator: false });
    const file = path.join(it.home, '.nstba');
    const tokens = JSON.stringify({
      [name]: { account: '7654321', token: 'id-0', secret: 'hidden-0' },
      [`${name}-broken`]: { account: name, token: name },
    });
    const env = { CONSUMER_KEY: 'k', CONSUMER_SECRET: 'consumer-hidden' };
    const oracle = `${JSON.stringify({ credentials: { authID: name, hostname: name, molecule: name } })}\n`;
    for (const words of [
      ['list'],
      ['status', '--offline'],
      ['status', name, '--offline'],
      ['status', `${name}x`, '--offline'],
      ['explain', 'GET', URL],
      ['explain', 'GET', URL, '--authID', name],
      ['explain', 'GET', URL, '--header', HEADER],
      ['explain', 'GET', URL, '--header', `OAuth realm="${name}", oauth_signature_method="${name}", ${name}="${name}"`],
      ['use', name],
      ['use', `${name}x`],
      ['rename', name, 'plain'],
      ['rename', name, name],
      ['rename', name, `${name}-2`],
      ['remove', name],
      ['remove', `${name}x`],
      ['prune'],
      ['import'],
      ['login', name, '--no-browser'],
      ['doctor', '--offline'],
      ['completion', '--names'],
      [name],
    ]) {
      for (const json of [[], ['--json']]) {
        fs.writeFileSync(file, tokens, { mode: 0o600 });
        it.nsdeploy = oracle;
        const done = await tool(it, words.concat(json), { env });
        if (words[0] === 'list') assert.match(done.stdout, /7654321/, 'the token was shown');
        assertClean(
          done,
          words
            .concat(json)
            .map((word) => JSON.stringify(word))
            .join(' '),
        );
      }
    }
    fs.writeFileSync(file, tokens, { mode: 0o600 });
    it.nsdeploy = oracle;
    for (const options of [{}, { authId: `${name}x` }, { to: `${name}x` }, { account: name }, { role: name }]) {
      const { stderr, error } = await it.call(options, { env });
      assertClean({ stdout: error ? error.message : '', stderr }, JSON.stringify(options));
    }
  });
}
