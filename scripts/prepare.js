'use strict';

// Runs when the package is installed from git or packed. Builds the native part if it is missing.

const fs = require('fs');
const path = require('path');
const { build } = require('./build');

const there = fs.readdirSync(path.join(__dirname, '..')).some((name) => name.endsWith('.node'));
if (!there) process.exitCode = build(false);
