// docs/demo.svg, the picture of the demo.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const { test } = require('node:test');
const { without } = require('../parts');
const { FILE, record } = require('../../scripts/record-demo');

const skip = without('pty', 'posix', 'stty');

test('the picture in the README shows the current demo (npm run record draws it again)', { skip }, async () => {
  assert.strictEqual(await record(), fs.readFileSync(FILE, 'utf8').replace(/\r\n/g, '\n'));
});

test('the picture loads nothing, contains no folder of this machine, and works with screen readers', () => {
  const picture = fs.readFileSync(FILE, 'utf8');
  assert.doesNotMatch(picture, /<script|<image|@import|@font-face|href=|url\(|\/tmp\/|\/home\//);
  assert.deepStrictEqual(
    Array.from(picture.matchAll(/https?:\/\/[^\s<"]+/g), ([address]) => new URL(address).hostname).filter(
      (host) => host !== '127.0.0.1' && host !== 'www.w3.org',
    ),
    [],
  );
  assert.match(
    picture,
    /role="img" aria-labelledby="title description">\n<title id="title">[^<]+<\/title>\n<desc id="description">[^<]{100,}<\/desc>/,
  );
});
