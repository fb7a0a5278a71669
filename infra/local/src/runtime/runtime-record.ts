import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess, processIdentity } from './process-identity.ts';

export interface RecordedProcess {
  readonly name: string;
  readonly pid: number;
  readonly identity: string;
  readonly url?: string;
  /** Host and port where it speaks gRPC. */
  readonly grpc?: string;
}

/** What runs, for whoever wants to find it: `runtime.json`. Also how the next start finds what a killed one left behind. */
export interface RuntimeRecord {
  readonly pid: number;
  readonly startedAt: string;
  /** Of the control plane. */
  readonly url?: string;
  readonly processes: readonly RecordedProcess[];
}

export async function writeRecord(file: string, record: RuntimeRecord): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

export async function recorded(
  name: string,
  pid: number,
  { url, grpc }: { readonly url?: string | undefined; readonly grpc?: string | undefined },
): Promise<RecordedProcess> {
  return { name, pid, identity: (await processIdentity(pid)) ?? 'gone', ...(url === undefined ? {} : { url }), ...(grpc === undefined ? {} : { grpc }) };
}

export async function removeRecord(file: string): Promise<void> {
  await rm(file, { force: true });
}

/** The name of the database server in the record. What is left of one is for `endOrphan` to end. */
export const POSTGRES = 'postgres';

/** So long a process that lost its parent may take to close by itself, as it is made to do. */
const OWN_CLOSE_MILLISECONDS = 9000;

/** Ends the processes that an earlier runtime left behind when it was killed: waits for them to close by themselves, then kills them. */
export async function endLeftovers(file: string): Promise<string[]> {
  const record = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as RuntimeRecord,
    () => undefined,
  );
  const ended: string[] = [];
  const giveUpAt = performance.now() + OWN_CLOSE_MILLISECONDS;
  for (const left of record?.processes ?? []) {
    if (left.name === POSTGRES || !(await isSameProcess(left))) continue;
    ended.push(left.name);
    while (performance.now() < giveUpAt && (await isSameProcess(left))) await delay(50);
    if (await isSameProcess(left)) killIfThere(left.pid);
  }
  await removeRecord(file);
  return ended;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended a moment ago.
  }
}
