/** `npm run demo`: bundles demo.ts with the fixtures' mirror and database, and runs it. Builds nothing else, leaves nothing. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}node_modules/.cache/tsgoget`;
const file = `${folder}/demo-${process.pid}.mjs`;

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['demo/demo.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
  write: false,
});
await mkdir(folder, { recursive: true });
await writeFile(file, outputFiles[0].contents);
try {
  const { runDemo } = await import(pathToFileURL(file).href);
  process.exitCode = await runDemo(root);
} finally {
  await rm(file, { force: true });
}
