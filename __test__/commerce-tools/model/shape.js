// The differences between the releases of the tools that the package in place of oauth1 can notice.
'use strict';

const SHAPES = {
  '21.x': {
    tool: '2021.2.0',
    gulp: 'gulp4',
    oauth: 'oauth1',
    lazy: false,
    tokenFlag: false,
    dotenv: false,
    authorizes: 1,
    pages: false,
    sends: 'url',
  },
  '22.x': {
    tool: '2022.1.1',
    gulp: 'gulp4',
    oauth: 'oauth1',
    lazy: false,
    tokenFlag: false,
    dotenv: true,
    authorizes: 1,
    pages: false,
    sends: 'url',
  },
  23.1: {
    tool: '2023.1.3',
    gulp: 'gulp4',
    oauth: 'oauth1',
    lazy: true,
    tokenFlag: true,
    dotenv: true,
    authorizes: 1,
    pages: false,
    sends: 'path',
  },
  24.1: {
    tool: '2024.1.2',
    gulp: 'gulp5',
    oauth: 'oauth1',
    lazy: true,
    tokenFlag: true,
    dotenv: true,
    authorizes: 2,
    pages: false,
    sends: 'path',
  },
  25.1: {
    tool: '2025.1.0',
    gulp: 'gulp5',
    oauth: '@sc-utils/oauth1',
    lazy: true,
    tokenFlag: true,
    dotenv: true,
    authorizes: 2,
    pages: true,
    sends: 'path',
  },
};

// The shape of the project that contains this copy of the model. Its distro.json names the release.
function current() {
  const { version } = require('./distro.json');
  return Object.values(SHAPES).find((shape) => shape.tool === version);
}

module.exports = { SHAPES, current };
