import { runningSessionThreads } from './thread-link.ts';

/**
 * Ends the process with this code. A thread that runs a model cannot be ended, and to exit beside it aborts the process; so where one is
 * left, the process becomes another that does nothing but exit, which ends all threads without asking them. Where a system has no such
 * call (Windows), it is killed, which a supervisor sees as a signal.
 */
export function leaveProcess(code: number): never {
  if (runningSessionThreads() > 0) {
    try {
      process.execve?.(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
    } catch {
      // Not to be had here.
    }
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(code);
}
