// Parses the command line as the tools do: flags in any order, --to without a value.
'use strict';

const SWITCHES = new Set(['to', 'reactivate', 'browser', 'no-browser']);

function parse(argv) {
  const found = {};
  const words = argv.slice();
  while (words.length) {
    const word = words.shift();
    const match = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word);
    if (!match) continue;
    const [, name, attached] = match;
    const takesNext = attached === undefined && !SWITCHES.has(name) && words.length && !words[0].startsWith('-');
    found[name] = attached !== undefined ? attached : takesNext ? words.shift() : true;
  }
  return found;
}

module.exports = { args: parse(process.argv.slice(2)), parse };
