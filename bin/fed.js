#!/usr/bin/env node
'use strict';
// CommonJS, as it starts sooner than an ES module. See src/launch for the rest.
const { argv } = process;

if (argv.length === 3 && argv[2] === '--version') {
  const { version } = require('../package.json');
  try {
    // Not through process.stdout, which takes longer to make than this takes.
    require('node:fs').writeSync(1, `fed ${version}\n`);
  } catch ({ code, message }) {
    // As every command ends whose reader has gone, or whose output cannot be written.
    process.exitCode = code === 'EPIPE' ? 141 : 1;
    if (code !== 'EPIPE') process.stderr.write(`fed: The output cannot be written: ${message}.\n`);
  }
} else {
  require('../dist/launch.cjs').launch(require.resolve('../dist/fed.cjs'), require);
}
