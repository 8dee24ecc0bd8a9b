// Prints a line with the time in front, as gulp does.
'use strict';

function say(text) {
  // Names come from the server. Control characters in them must not reach the terminal.
  console.log(`[${new Date().toTimeString().slice(0, 8)}] ${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')}`);
}

module.exports = { say };
