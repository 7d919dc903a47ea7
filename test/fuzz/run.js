/**
 * Fuzzes for as long as it is told: `node test/fuzz/run.js [seconds] [seed] [target]`, 60 seconds from a random seed by
 * default. Prints the seed first and, of a failure, everything that repeats it; exit code 1. The targets are bundled from
 * the source: nothing has to be built.
 */
import { withBundled } from '../support/with-bundled.js';

const [seconds = '60', seedText = String(Math.floor(Math.random() * 2 ** 31)), only = ''] = process.argv.slice(2);
const [end, seed] = [Date.now() + Number(seconds) * 1000, Number(seedText)];
if (!Number.isFinite(end) || !Number.isSafeInteger(seed)) {
  console.error('usage: node test/fuzz/run.js [seconds] [seed] [target]');
  process.exit(2);
}

const batch = 200;
const source = "export * from './test/fuzz/fuzz.js'; export * from './test/fuzz/targets.js';";
await withBundled('fuzz', source, async ({ cleanUp, describeFailure, fuzz, targets }) => {
  const chosen = targets.filter((target) => target.name.includes(only));
  if (chosen.length === 0) throw new Error(`no target is named ${only}`);
  console.log(`fuzz: seed ${seed}, ${seconds} s: ${chosen.map((target) => target.name).join(', ')}`);
  let done = 0;
  for (let from = 0; Date.now() < end && process.exitCode === undefined; from += batch) {
    for (const target of chosen) {
      const failure = await fuzz(target, seed, batch, from);
      if (failure !== undefined) {
        console.error(describeFailure(failure));
        process.exitCode = 1;
      }
      if (Date.now() >= end) break;
    }
    done = from + batch;
  }
  await cleanUp();
  console.log(`fuzz: ${done} inputs for each target`);
});
