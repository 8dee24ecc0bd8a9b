// An error that gulp shows as its message alone.
'use strict';

class TaskError extends Error {
  constructor(message) {
    super(message);
    this.name = 'Error';
    this.showStack = false;
  }
}

module.exports = { TaskError };
