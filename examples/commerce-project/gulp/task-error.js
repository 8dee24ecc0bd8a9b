// An error that gulp shows without a stack.
'use strict';

class TaskError extends Error {
  constructor(message) {
    super(message);
    this.name = 'Error';
    this.showStack = false;
  }
}

module.exports = { TaskError };
