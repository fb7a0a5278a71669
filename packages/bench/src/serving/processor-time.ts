import { readFile } from 'node:fs/promises';

const TICKS_A_SECOND = 100;

/** Processor time of a process in microseconds (Linux): of its main thread, and of all its threads together. Steadier than a rate on a shared machine. */
export interface ProcessorTime {
  readonly mainThread: number;
  readonly process: number;
}

export async function processorTime(pid: number): Promise<ProcessorTime> {
  const [process, mainThread] = await Promise.all([microseconds(`/proc/${pid}/stat`), microseconds(`/proc/${pid}/task/${pid}/stat`)]);
  return { mainThread, process };
}

/** Fields 14 and 15: ticks in user and in kernel mode. The name before them may hold spaces. */
async function microseconds(path: string): Promise<number> {
  const stat = await readFile(path, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_A_SECOND;
}
