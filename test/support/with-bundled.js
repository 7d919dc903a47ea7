/** Runs TypeScript of the repository that is not part of the build: bundled with what it imports, for as long as it runs. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}node_modules/.cache/tsgoget`;

/** Gives the exports of a module, as source code with imports relative to the repository's root, to `use`. */
export async function withBundled(name, contents, use) {
  const file = `${folder}/${name}-${process.pid}.mjs`;
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root },
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
    return await use(await import(pathToFileURL(file).href));
  } finally {
    await rm(file, { force: true });
  }
}
