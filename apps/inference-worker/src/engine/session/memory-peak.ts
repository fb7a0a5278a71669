import { readFileSync, writeFileSync } from 'node:fs';

/** Makes the kernel forget how much memory the process once had. */
const FORGET_PEAK = '5';

/** From now on; the returned function tells how many bytes more the process had at its height. 0 where the system does not tell. */
export function beginPeak(): () => number {
  try {
    writeFileSync('/proc/self/clear_refs', FORGET_PEAK);
    const before = readStatus('VmRSS');
    return () => Math.max(0, readStatus('VmHWM') - before);
  } catch {
    return () => 0;
  }
}

function readStatus(member: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`${member}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}
