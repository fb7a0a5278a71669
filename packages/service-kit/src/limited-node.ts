import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** A program and what it is called with. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

const SHELL = '/bin/sh';
/** Without core dumps, which would be as large as what it loaded, and with as much memory as it may take, in KiB. */
const LIMITED = 'ulimit -c 0; ulimit -d "$1" 2>/dev/null; shift; exec "$@"';
/** What V8 reserves for two threads and hardly uses: the kernel counts it, too. */
const RESERVED_BYTES = 1200 * 2 ** 20;

/**
 * The command that runs one of our entries, from source or from dist, in a Node of its own that may allocate so many bytes; nothing: as many as
 * there are. What it cannot allocate is an error in it. There is no limit on Windows.
 */
export function limitedNode(entry: URL, memoryLimitBytes?: number): Command {
  const script = fileURLToPath(entry);
  const args = [...(script.endsWith('.ts') ? ['--conditions=@millrace/source'] : []), script];
  if (!existsSync(SHELL)) return { file: process.execPath, args };
  const limit = memoryLimitBytes === undefined ? 'unlimited' : String(Math.ceil((RESERVED_BYTES + memoryLimitBytes) / 1024));
  return { file: SHELL, args: ['-c', LIMITED, SHELL, limit, process.execPath, ...args] };
}

/** Half of the bytes that the machine has, or that its control group lets this process have. */
export function halfOfMemory(machineBytes = totalmem(), constrainedBytes = process.constrainedMemory()): number {
  const limit = constrainedBytes > 0 ? Math.min(machineBytes, constrainedBytes) : machineBytes;
  return Math.floor(limit / 2);
}
