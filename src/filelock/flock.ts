/**
 * The operating system's file lock that the go command uses: flock(2), or LockFileEx on Windows. Node has neither.
 * The only importer of koffi, an optional dependency: without it there is no such lock.
 */
import { constants } from 'node:os';

/** Tries once, without waiting. `true`: the lock is held until the descriptor is closed; `false`: someone else has it. */
export type TryLock = (fd: number, exclusive: boolean) => boolean;

let loaded: Promise<TryLock | undefined> | undefined;

/** The system's lock; undefined when koffi, or its build for this system, is not installed. */
export function loadTryLock(): Promise<TryLock | undefined> {
  loaded ??= (process.platform === 'win32' ? loadWindows() : loadUnix()).catch(() => undefined);
  return loaded;
}

async function loadUnix(): Promise<TryLock> {
  const { default: koffi } = await import('koffi');
  const flock = koffi.load(null).func('int flock(int fd, int operation)') as (fd: number, operation: number) => number;
  const [shared, exclusively, atOnce] = [1, 2, 4];
  return (fd, exclusive) => {
    for (;;) {
      if (flock(fd, (exclusive ? exclusively : shared) | atOnce) === 0) return true;
      const errno = koffi.errno();
      if (errno === constants.errno.EWOULDBLOCK) return false;
      if (errno !== constants.errno.EINTR) throw systemError(errno, 'flock');
    }
  };
}

async function loadWindows(): Promise<TryLock> {
  const { default: koffi } = await import('koffi');
  // node.exe has its own C library: only its own table knows what a descriptor stands for
  const handleOf = koffi.load(process.execPath).func('intptr_t uv_get_osfhandle(int fd)');
  const kernel = koffi.load('kernel32.dll');
  const lockFileEx = kernel.func(
    'int __stdcall LockFileEx(intptr_t file, uint32_t flags, uint32_t reserved, uint32_t low, uint32_t high, void *overlapped)',
  );
  const getLastError = kernel.func('uint32_t __stdcall GetLastError()');
  const [atOnce, exclusively, lockViolation] = [1, 2, 33];
  return (fd, exclusive) => {
    const overlapped = Buffer.alloc(32);
    const flags = (exclusive ? exclusively : 0) | atOnce;
    if (lockFileEx(handleOf(fd), flags, 0, 0xffffffff, 0xffffffff, overlapped) !== 0) return true;
    const code = getLastError() as number;
    if (code === lockViolation) return false;
    throw new Error(`LockFileEx: error ${code}`);
  };
}

function systemError(errno: number, call: string): Error {
  const code = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? String(errno);
  return Object.assign(new Error(`${code}: ${call} failed, ${call}`), { code, errno });
}
