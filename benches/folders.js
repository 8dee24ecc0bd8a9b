'use strict';

// Temporary folders that are removed after the run. Node 12 has no fs.rmSync, and Node 26 has no recursive rmdirSync.

const fs = require('fs');
const os = require('os');
const path = require('path');

const temporary = () => fs.mkdtempSync(path.join(os.tmpdir(), 'netsuite-tba-bench-'));
const remove = (folder) => (fs.rmSync || fs.rmdirSync)(folder, { recursive: true });

module.exports = { temporary, remove };
