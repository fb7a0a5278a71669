import { MillraceError } from '@millrace/contracts';
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { limitedNode } from '@millrace/service-kit';
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
  const { file, args } = limitedNode(entry, memoryLimitBytes);
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  stdio[MESSAGE_PIPE] = messages;
  stdio[LIFE_PIPE] = 'pipe';
  return spawn(file, args, { stdio, env: sessionEnvironment(), serialization: 'advanced' });
}
