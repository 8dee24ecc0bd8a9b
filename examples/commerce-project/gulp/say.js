// Prints a line the way gulp does, with the time in front.
'use strict';

function say(text) {
  // Names come from the server; control characters have no business in a terminal.
  console.log(`[${new Date().toTimeString().slice(0, 8)}] ${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')}`);
}

module.exports = { say };
