import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { watchMemory, type MemoryPeak } from './process-memory.ts';

/** A quickstart that has run through and stays up. */
export interface WarmSystem {
  /** From the command to its summary, everything included. */
  readonly seconds: number;
  readonly memory: MemoryPeak;
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

interface RuntimeRecord {
  readonly url: string;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

/** Runs `npm run quickstart -- --json` in a state folder of its own and leaves it up. */
export async function startWarmSystem(): Promise<WarmSystem> {
  const stateDir = await mkdtemp(join(tmpdir(), 'millrace-bench-state-'));
  const start = performance.now();
  const child = spawn('npm', ['run', '-s', 'quickstart', '--', '--json'], {
    env: { ...process.env, MILLRACE_STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const memory = watchMemory(child.pid ?? 0, () => recordOf(stateDir)?.processes.find(({ name }) => name === 'control-plane')?.pid);
  await summaryOf(child);
  const seconds = (performance.now() - start) / 1000;
  const peak = await memory.stop();
  const { adminToken } = JSON.parse(await readFile(join(stateDir, 'secrets.json'), 'utf8')) as { adminToken: string };
  return {
    seconds,
    memory: peak,
    url: recordOf(stateDir)?.url ?? '',
    token: adminToken,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      // npm ends at once; the runtime needs a moment, and releases its lock last.
      while (existsSync(join(stateDir, 'runtime.lock'))) await delay(50);
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** Resolves at the JSON line; what was printed until then is shown when the command ends before. */
function summaryOf(child: ChildProcess): Promise<void> {
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      printed.push(line);
      if (line.startsWith('{"')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`The quickstart ended with code ${code}:\n${printed.slice(-40).join('\n')}`)));
  });
}

function recordOf(stateDir: string): RuntimeRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(stateDir, 'runtime.json'), 'utf8')) as RuntimeRecord;
  } catch {
    return undefined;
  }
}
