// Every defect of the package Oracle ships has a test named after it, or a reason why not.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const reasons = require('./reasons');

const LAST = { S: 11, R: 17, U: 7 };

test('each of S1 to S11, R1 to R17 and U1 to U7 has a test or a reason, and not both', () => {
  const sources = fs
    .readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => fs.readFileSync(path.join(__dirname, name), 'utf8'));
  const tested = new Set(sources.flatMap((source) => source.match(/(?<=test\(['"`])[SRU]\d+(?=: )/g) || []));
  for (const letter of Object.keys(LAST)) {
    for (let number = 1; number <= LAST[letter]; number += 1) {
      const defect = `${letter}${number}`;
      assert.equal(tested.has(defect), !reasons[defect], defect);
    }
  }
});
