// Recordings of a terminal as text files, which later runs are compared with. UPDATE_RECORDINGS=1 writes them again.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const FOLDER = path.join(__dirname, 'recordings');

/** Masks everything that differs between runs. */
function masked(text, scene) {
  return text
    .split(scene.project)
    .join('PROJECT')
    .replace(/\[\d\d:\d\d:\d\d\]/g, '[TIME]')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/oauth_token=[0-9a-f]+/g, 'oauth_token=TOKEN')
    .replace(/state=[A-Za-z0-9]+/g, 'state=STATE')
    .replace(/\d+:\d\d left/g, 'M:SS left')
    .replace(/after \d+(\.\d+)? m?s/g, 'after DURATION');
}

class Recording {
  constructor(name, scene) {
    Object.assign(this, { file: path.join(FOLDER, `${name}.txt`), scene, frames: [] });
  }

  /** Records the current screen under a short description. */
  frame(title, text) {
    this.frames.push(`--- ${title}\n\n${masked(text, this.scene)}\n`);
  }

  check() {
    const text = this.frames.join('\n');
    if (process.env.UPDATE_RECORDINGS) {
      fs.mkdirSync(FOLDER, { recursive: true });
      fs.writeFileSync(this.file, text);
    }
    assert.strictEqual(
      text,
      fs.readFileSync(this.file, 'utf8').replace(/\r\n/g, '\n'),
      `${path.basename(this.file)} (UPDATE_RECORDINGS=1 writes it anew)`,
    );
  }
}

module.exports = { Recording };
