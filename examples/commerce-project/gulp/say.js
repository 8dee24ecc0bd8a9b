// Prints a line with the time in front, as gulp does.
'use strict';

function line(text) {
  // Names come from the server. Control characters in them must not reach the terminal.
  return `[${new Date().toTimeString().slice(0, 8)}] ${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')}`;
}

function say(text) {
  console.log(line(text));
}

// For terminals: the next call replaces this line, unless it is the last.
function sayOver(text, isLast) {
  process.stdout.write(`\r\u001b[K${line(text)}${isLast ? '\n' : ''}`);
}

module.exports = { say, sayOver };
