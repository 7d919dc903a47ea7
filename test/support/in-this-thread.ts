/**
 * Imported first by test files that run the program very often: in the test's own thread, unless TSGOGET_TESTS=processes. That their
 * commands work as processes, help-examples.test.ts shows.
 */
process.env['TSGOGET_TESTS'] ??= 'in-process';
