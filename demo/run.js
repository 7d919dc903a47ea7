/** `npm run demo`: bundles demo.ts with the fixtures' mirror and database, and runs it. Builds nothing else, leaves nothing. */
import { fileURLToPath } from 'node:url';
import { withBundled } from '../test/support/with-bundled.js';

const root = fileURLToPath(new URL('..', import.meta.url));
process.exitCode = await withBundled('demo', "export * from './demo/demo.js';", ({ runDemo }) => runDemo(root));
