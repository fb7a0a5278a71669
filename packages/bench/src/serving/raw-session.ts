import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RawTask } from './raw-session.child.ts';

/**
 * The limit: one session of ONNX Runtime with the options of the engine, in a process of its own, that does nothing but run the same rows
 * again and again in one thread. No request is read, no answer is written, nothing is logged.
 */
export class RawSession {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async open(folder: string, name: string, model: Uint8Array): Promise<RawSession> {
    const file = join(folder, `${name}.onnx`);
    await writeFile(file, model);
    const entry = new URL(`./raw-session.child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
    const child = fork(fileURLToPath(entry), [file], { env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } });
    await once(child, 'message');
    return new RawSession(child);
  }

  /** Calls of `run` a second with this many rows in each. */
  async runsPerSecond(task: RawTask): Promise<number> {
    this.child.send(task);
    const [rate] = (await once(this.child, 'message')) as [number];
    return rate;
  }

  async close(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}
