const EVERY_MILLISECONDS = 1000;

/**
 * Calls `onGone` once when the parent is gone: at once where there is an IPC channel, within a second where only its pid is known.
 * A parent that is killed cannot tell its children to stop, so each of them looks.
 */
export function watchParent(parentPid: number | undefined, onGone: () => void): void {
  let gone = false;
  const notice = (): void => {
    if (gone) return;
    gone = true;
    clearInterval(timer);
    onGone();
  };
  const timer =
    parentPid === undefined
      ? undefined
      : setInterval(() => {
          if (!isAlive(parentPid)) notice();
        }, EVERY_MILLISECONDS);
  timer?.unref();
  if (process.connected) process.once('disconnect', notice);
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
