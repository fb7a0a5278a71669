import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { GrpcTestClient } from './fixtures/grpc-client.fixture.ts';

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
});

/** Both ports in a process that may open so many files. */
async function portsWithin(files: number): Promise<{ readonly http: number; readonly grpc: number }> {
  const entry = fileURLToPath(new URL('fixtures/open-ports.child.ts', import.meta.url));
  const command = `ulimit -n ${files} && exec "${process.execPath}" --conditions=@millrace/source "${entry}"`;
  child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: child.stdout ?? process.stdin }), 'line')) as [string];
  return JSON.parse(line) as { http: number; grpc: number };
}

it('more connections than the system gives a node leave it alive, and it answers when they have gone', async () => {
  const { http, grpc } = await portsWithin(100);
  const isLive = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${http}/v2/health/live`)).ok;
  expect(await isLive()).toBe(true);
  for (const port of [http, grpc]) {
    const sockets: Socket[] = [];
    for (let i = 0; i < 200; i++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    }
    for (const socket of sockets) socket.destroy();
  }
  expect(await isLive()).toBe(true);
  const client = new GrpcTestClient(`127.0.0.1:${grpc}`);
  expect((await client.call('ServerLive', {}, { deadline: Date.now() + 20_000 })).code).toBe(0);
  client.close();
  expect(child?.exitCode).toBeNull();
});
