import { readSync } from 'node:fs';
import { LIFE_PIPE } from './session-pipes.ts';

// Nothing is ever written into this pipe: the read ends when the parent has ended, however it ended. The main thread may be in the middle of a run, so nothing gentler than this ends the process.
try {
  readSync(LIFE_PIPE, Buffer.alloc(1));
} finally {
  process.kill(process.pid, 'SIGKILL');
}
