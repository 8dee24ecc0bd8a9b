// Loads the package under test by the name that the release uses.
'use strict';

const shape = require('./shape').current();

module.exports = require(shape.oauth);
