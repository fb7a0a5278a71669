import { MillraceError } from '@millrace/contracts';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sessionEnvironment } from '../../env.ts';
import { LIFE_PIPE, MESSAGE_PIPE } from './session-pipes.ts';

/** How a process that runs models is started. */
export interface SessionSpawn {
  readonly entry: URL;
  /** Bytes of our own, or the messages of Node. */
  readonly messages: 'pipe' | 'ipc';
  /** What it may allocate; nothing: as much as there is. Not on Windows. */
  readonly memoryLimitBytes?: number | undefined;
}

const SHELL = '/bin/sh';
/** Without core dumps, which would be as large as the model, and with as much memory as it may take, in KiB. */
const LIMITED = 'ulimit -c 0; ulimit -d "$1" 2>/dev/null; shift; exec "$@"';
/** What V8 reserves for its two threads and hardly uses: the kernel counts it, too. */
const RESERVED_BYTES = 1200 * 2 ** 20;

/**
 * Starts a process that ends with this one, however that ends, once it has called `liveWithParent`. Throws `UNAVAILABLE` where the
 * machine has no room for one more process, or this one for more open files.
 */
export function spawnSession(wanted: SessionSpawn): ChildProcess {
  let child: ChildProcess;
  try {
    child = start(wanted);
  } catch (cause) {
    throw noRoom(cause);
  }
  // A process that could not be started says so in an event, too, when nobody knows of it any more.
  child.on('error', () => undefined);
  if (child.pid === undefined) throw noRoom();
  return child;
}

function noRoom(cause?: unknown): MillraceError {
  const message = 'no process could be started for the model: the machine has no room for one more, or this process for more open files; retry later';
  return new MillraceError('UNAVAILABLE', message, { cause });
}

function start({ entry, messages, memoryLimitBytes }: SessionSpawn): ChildProcess {
  const script = fileURLToPath(entry);
  const command = [process.execPath, ...(script.endsWith('.ts') ? ['--conditions=@millrace/source'] : []), script];
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  stdio[MESSAGE_PIPE] = messages;
  stdio[LIFE_PIPE] = 'pipe';
  const options = { stdio, env: sessionEnvironment(), serialization: 'advanced' } as const;
  if (!existsSync(SHELL)) return spawn(process.execPath, command.slice(1), options);
  const limit = memoryLimitBytes === undefined ? 'unlimited' : String(Math.ceil((RESERVED_BYTES + memoryLimitBytes) / 1024));
  return spawn(SHELL, ['-c', LIMITED, SHELL, limit, ...command], options);
}
