// Runs the command line tool in a scene, and makes its output comparable by masking secrets and random values.
'use strict';

const path = require('node:path');
const { ROOT, run } = require('../scene');

const BIN = path.join(ROOT, 'bin', 'netsuite-tba.js');

/** Runs one command line. With --json, `json` is the parsed stdout. */
async function tool(scene, args, { env, ...more } = {}) {
  const done = await run(process.execPath, [BIN].concat(args), { cwd: scene.project, env: scene.env(env), ...more });
  return Object.assign(done, args.includes('--json') && { json: JSON.parse(done.stdout) });
}

/** The transcript of a run: the command line, its output and the exit code. */
async function transcript(scene, args, more) {
  const done = await tool(scene, args, more);
  const parts = [`$ netsuite-tba ${args.join(' ')}`];
  if (done.stdout) parts.push(done.stdout.trimEnd());
  if (done.stderr) parts.push(done.stderr.trimEnd().replace(/^/gm, '! '));
  return mask(scene, parts.concat(`exit ${done.code}`).join('\n'));
}

function mask(scene, text) {
  let masked = text.split(scene.root).join('<root>');
  if (scene.simulator)
    masked = masked.split(scene.simulator.url).join('<simulator>').split(scene.simulator.url.replace('http://', '')).join('<host>');
  return masked
    .split(String(scene.port))
    .join('<port>')
    .replace(/\b[0-9a-f]{64}\b/g, '<64 hex>')
    .replace(/\bstate=[A-Za-z0-9]{32}\b/g, 'state=<state>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/process \d+/g, 'process <id>')
    .replace(/[ \t]+$/gm, '');
}

/** All secrets of a scene. None of them may be printed. */
function secretsOf(scene) {
  const tokens = Array.from(scene.simulator.tokens.values()).map((token) => token.tokenSecret);
  const requests = Array.from(scene.simulator.state.requestTokens.values()).map((token) => token.secret);
  return tokens.concat(requests, scene.simulator.consumer.secret);
}

module.exports = { BIN, mask, secretsOf, tool, transcript };
