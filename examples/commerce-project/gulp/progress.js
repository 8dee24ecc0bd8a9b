// How far an upload is: one line that is rewritten in a terminal, one line per chunk elsewhere.
'use strict';

const { say, sayOver } = require('./say');

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

class Progress {
  constructor(files, bytes) {
    Object.assign(this, { files, bytes, sentFiles: 0, sentBytes: 0 });
  }

  sent(files, bytes) {
    this.sentFiles += files;
    this.sentBytes += bytes;
    const percent = this.bytes ? Math.floor((this.sentBytes / this.bytes) * 100) : 100;
    const text = `Sent ${this.sentFiles} of ${this.files} changed files (${size(this.sentBytes)} of ${size(this.bytes)}, ${percent}%)`;
    if (process.stdout.isTTY) sayOver(text, this.sentFiles >= this.files);
    else say(text);
  }
}

module.exports = { Progress };
