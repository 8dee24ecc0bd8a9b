// Starts a separate desktop session for one program, with or without a keyring.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { program } = require('../parts');
const { run } = require('../scene');

const UNLOCK = 'printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ';

/** The environment of a session that shares nothing with the session of this machine. */
function session(scene, env) {
  const runtime = path.join(scene.root, 'run');
  fs.mkdirSync(runtime, { recursive: true, mode: 0o700 });
  return scene.env({
    XDG_DATA_HOME: path.join(scene.root, 'data'),
    XDG_CONFIG_HOME: path.join(scene.root, 'config'),
    XDG_RUNTIME_DIR: runtime,
    // Empty, so that nothing of this machine's session can be reached.
    DBUS_SESSION_BUS_ADDRESS: '',
    DISPLAY: '',
    NETSUITE_TBA_STORE: 'auto',
    ...env,
  });
}

/** Runs a shell script in a session with an unlocked keyring. */
function withKeyring(scene, lines, { env } = {}) {
  const given = session(scene, env);
  delete given.DBUS_SESSION_BUS_ADDRESS;
  return run(program('dbus-run-session'), ['--', '/bin/sh', '-c', UNLOCK + lines], { cwd: scene.project, env: given });
}

/** Runs a shell script without a bus. */
function withoutBus(scene, lines, { env } = {}) {
  const given = session(scene, { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path.join(scene.root, 'no-bus')}`, ...env });
  return run('/bin/sh', ['-c', lines], { cwd: scene.project, env: given });
}

module.exports = { withKeyring, withoutBus };
