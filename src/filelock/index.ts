export { type FileLock, type LockOptions, lockFile } from './lock-file.js';
