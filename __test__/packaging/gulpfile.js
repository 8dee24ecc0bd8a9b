// A gulpfile that uses the installed package; runs on Node 12.21 and later.
'use strict';

const { task } = require('gulp');
const { authenticate } = require('netsuite-tba');

task('sign-in', async () => {
  const session = await authenticate();
  console.log(`${session.source} ${session.authorize('GET', `${session.baseUrl}/`).slice(0, 6)}`);
});
