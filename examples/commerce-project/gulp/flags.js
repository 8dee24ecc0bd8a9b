// Reads --name VALUE and --name=VALUE from the command line.
'use strict';

function flag(name) {
  const words = process.argv.slice(2);
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (at < 0) return undefined;
  return words[at].includes('=') ? words[at].slice(name.length + 3) : words[at + 1];
}

module.exports = { flag };
