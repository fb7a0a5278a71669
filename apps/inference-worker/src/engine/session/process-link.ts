import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { sessionEnvironment } from '../../env.ts';
import { encodeFrame, FrameReader } from './session-frames.ts';
import { LIFE_PIPE, MESSAGE_PIPE } from './session-pipes.ts';
import type { OnReply, SessionLink } from './session-link.ts';
import type { SessionReply, SessionRequest } from './session-messages.ts';

const SHELL = '/bin/sh';
/** Without core dumps, which would be as large as the model, and with as much memory as it may take, in KiB. */
const LIMITED = 'ulimit -c 0; ulimit -d "$1" 2>/dev/null; shift; exec "$@"';
/** What a process says last explains its end; more of it explains no better. */
const LAST_WORDS = 500;

/** What V8 reserves for its two threads and hardly uses: the kernel counts it, too. */
const RESERVED_BYTES = 1200 * 2 ** 20;

/** The session processes that live. */
const living = new Set<number>();

/** The ids of the session processes of this node. */
export function sessionProcessIds(): readonly number[] {
  return [...living];
}

/** How a session process is started. */
export interface ProcessLinkOptions {
  readonly entry: URL;
  /** What it may allocate; nothing: as much as there is. Linux only. */
  readonly memoryLimitBytes: number | undefined;
  readonly onReply: OnReply;
}

/** A session in a process of its own, whose death is its own. */
export class ProcessLink implements SessionLink {
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;

  constructor(options: ProcessLinkOptions) {
    const child = start(options);
    const { pid } = child;
    this.#child = child;
    this.#pipe = child.stdio[MESSAGE_PIPE] as Duplex;
    if (pid !== undefined) living.add(pid);
    const reader = new FrameReader<SessionReply>();
    this.#pipe.on('data', (piece: Buffer) => {
      for (const reply of reader.take(piece)) options.onReply(reply);
    });
    // The end of the process tells what there is to tell.
    for (const pipe of child.stdio) pipe?.on('error', () => undefined);
    let lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = (lastWords + text.toString()).slice(-LAST_WORDS);
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        if (pid !== undefined) living.delete(pid);
        for (const pipe of child.stdio) pipe?.destroy();
        resolve(`${signal === null ? `exit code ${code}` : nameOf(signal)}${lastWords.trim() === '' ? '' : `: ${lastWords.trim()}`}`);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  post(request: SessionRequest): void {
    this.#pipe.cork();
    for (const part of encodeFrame(request)) this.#pipe.write(part);
    this.#pipe.uncork();
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

function start({ entry, memoryLimitBytes }: ProcessLinkOptions): ChildProcess {
  const script = fileURLToPath(entry);
  const command = [process.execPath, ...(script.endsWith('.ts') ? ['--conditions=@millrace/source'] : []), script];
  const stdio = Array.from({ length: LIFE_PIPE + 1 }, (_, fd) => (fd < 2 ? 'ignore' : 'pipe'));
  const env = sessionEnvironment();
  if (!existsSync(SHELL)) return spawn(command[0] ?? '', command.slice(1), { stdio, env });
  const limit = memoryLimitBytes === undefined ? 'unlimited' : String(Math.ceil((RESERVED_BYTES + memoryLimitBytes) / 1024));
  return spawn(SHELL, ['-c', LIMITED, SHELL, limit, ...command], { stdio, env });
}

const CAUSES: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGFPE: 'SIGFPE, as of an integer division by zero or of the least integer by -1',
  SIGSEGV: 'SIGSEGV, as of a read outside of a tensor',
  SIGKILL: 'SIGKILL, from outside or for want of memory',
};

function nameOf(signal: NodeJS.Signals): string {
  return CAUSES[signal] ?? signal;
}
