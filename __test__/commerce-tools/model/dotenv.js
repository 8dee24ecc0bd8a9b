// Loads the lines of .env into the environment. Existing variables are kept.
'use strict';

const fs = require('fs');

function config() {
  let text = '';
  try {
    text = fs.readFileSync('.env', 'utf8');
  } catch {
    return;
  }
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([\w.]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (match && process.env[match[1]] === undefined) process.env[match[1]] = match[2].replace(/^(["'])(.*)\1$/, '$2');
  }
}

module.exports = { config };
