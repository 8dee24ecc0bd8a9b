// The one package the model is about, under the name the release knows it by.
'use strict';

const shape = require('./shape').current();

module.exports = require(shape.oauth);
