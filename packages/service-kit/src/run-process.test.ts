import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const FOLDER = mkdtempSync(join(tmpdir(), 'millrace-run-process-'));
const SERVICE = fileURLToPath(new URL('./fixtures/service.fixture.ts', import.meta.url));
const PARENT = fileURLToPath(new URL('./fixtures/parent.fixture.ts', import.meta.url));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

interface Line {
  readonly message: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

function start(file: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=@millrace/source', file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Every line until the process ends, and what it ended with; `onLine` may act on the way. */
async function run(child: ChildProcess, onLine: (line: Line) => void = () => {}): Promise<{ lines: Line[]; code: number | null }> {
  const lines: Line[] = [];
  const exit = once(child, 'exit');
  for await (const text of createInterface({ input: child.stdout ?? process.stdin })) {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line);
  }
  const [code] = (await exit) as [number | null];
  return { lines, code };
}

describe('the life of a process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says ready, closes on %s and exits 0', async (signal) => {
    const mark = join(FOLDER, signal);
    const child = start(SERVICE, 'runs', mark);
    const { lines, code } = await run(child, ({ message }) => {
      if (message === 'ready') child.kill(signal);
    });
    expect(code).toBe(0);
    expect(lines.map(({ message }) => message)).toEqual(['ready', 'stopping', 'stopped']);
    expect(lines[0]).toMatchObject({ level: 'info', service: 'fixture', url: 'http://127.0.0.1:1', pid: child.pid });
    expect(existsSync(mark)).toBe(true);
  });

  it('exits 1 with the reason when it cannot start', async () => {
    const { lines, code } = await run(start(SERVICE, 'fails'));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ level: 'error', message: 'failed', error: { message: 'the port is taken' } });
  });

  it('exits 1 when closing outlasts the grace', async () => {
    const child = start(SERVICE, 'hangs');
    const { lines, code } = await run(child, ({ message }) => {
      if (message === 'ready') child.kill('SIGTERM');
    });
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ message: 'failed', error: { code: 'TIMEOUT' } });
  });

  it.runIf(existsSync('/dev/full'))('lives on where not one line of its log can be written', async () => {
    const mark = join(FOLDER, 'full');
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['--conditions=@millrace/source', SERVICE, 'chatters', mark], { stdio: ['ignore', full, full, 'ipc'] });
    const exit = once(child, 'exit');
    await once(child, 'message');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(existsSync(mark)).toBe(true);
  });

  it('answers liveness and readiness', async () => {
    const child = start(SERVICE, 'runs');
    const answers: Promise<number>[] = [];
    await run(child, ({ message, healthPort }) => {
      if (message !== 'ready') return;
      for (const path of ['live', 'ready', 'other'])
        answers.push(fetch(`http://127.0.0.1:${String(healthPort)}/health/${path}`).then((response) => response.status));
      void Promise.all(answers).finally(() => child.kill('SIGTERM'));
    });
    expect(await Promise.all(answers)).toEqual([200, 200, 404]);
  });

  it.each(['channel', 'pid'])('closes by itself when its parent is killed (known by %s)', async (bond) => {
    const mark = join(FOLDER, `orphan-${bond}`);
    const parent = start(PARENT, bond, SERVICE, mark);
    const closed = new Promise<void>((resolve) => {
      const watcher = watch(FOLDER, () => {
        if (!existsSync(mark)) return;
        watcher.close();
        resolve();
      });
    });
    for await (const pid of createInterface({ input: parent.stdout ?? process.stdin })) {
      expect(Number(pid)).toBeGreaterThan(0);
      parent.kill('SIGKILL');
    }
    await closed;
  });
});
