'use strict';

// Parameters and forms: lists of [name, value] pairs.

const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string');

const isPairs = (list) => Array.isArray(list) && list.every(isPair);

module.exports = { isPairs };
