'use strict';

// Runs when the package is installed from git or packed: builds the native part unless it is there.

const fs = require('fs');
const path = require('path');
const { build } = require('./build');

const there = fs.readdirSync(path.join(__dirname, '..')).some((name) => name.endsWith('.node'));
if (!there) process.exitCode = build(false);
