/**
 * For `node --import`: from here on nothing can start a process. Whoever tries ends the program with exit code 97, whatever
 * it makes of the error.
 */
import childProcess from 'node:child_process';
import cluster from 'node:cluster';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

const refuse = (name) => () => {
  process.stderr.write(`process creation is disabled: ${name}\n`);
  process.exit(97);
};
for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  childProcess[name] = refuse(name);
}
childProcess.ChildProcess.prototype.spawn = refuse('ChildProcess');
cluster.fork = refuse('cluster.fork');
const { binding } = process;
process.binding = (name) => (/spawn|process_wrap/.test(name) ? refuse(name)() : binding(name));
syncBuiltinESMExports();
