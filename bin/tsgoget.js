#!/usr/bin/env node
'use strict';
process.exitCode = 13; // as node ends when what it awaits never comes
const { createLoad } = require('./load.js');
createLoad(require('node:path').join(__dirname, '../dist/cli'))('./main.cjs')
  .runProcess()
  .then((code) => {
    process.exitCode = code;
  });
