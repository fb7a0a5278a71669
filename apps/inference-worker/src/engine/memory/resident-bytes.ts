import { readFileSync } from 'node:fs';
import { sessionProcessIds } from '../session/process-link.ts';

const PAGE_BYTES = 4096;

/** What this process holds in memory, with its session processes. */
export function residentBytes(): number {
  return sessionProcessIds().reduce((sum, pid) => sum + privateBytesOf(pid), process.memoryUsage.rss());
}

/** Without what it shares with others, such as the code of Node. 0 where the system does not tell, and for one that has just ended. */
function privateBytesOf(pid: number): number {
  try {
    const [, resident = '0', shared = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(resident) - Number(shared)) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
