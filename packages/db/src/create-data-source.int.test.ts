// @boundaries-ignore the harness stands on this package, so this package cannot declare it
import { createTestDatabase, type TestDatabase } from '@millrace/testing';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataSource } from './create-data-source.ts';

let database: TestDatabase;
let proxy: Server;
let stops = false;

/** The last message of a PostgreSQL that stops, and the end of what it says to somebody who has just signed in. */
const FIELDS = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0';
const FATAL = Buffer.concat([Buffer.from('E'), uint32(4 + FIELDS.length), Buffer.from(FIELDS)]);
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  // While it `stops`, each new connection is ended in the very packet that says it is ready.
  proxy = createServer((socket) => {
    const server = connect(Number(port), hostname);
    socket.pipe(server);
    server.on('data', (chunk: Buffer) => {
      if (stops && chunk.subarray(-READY.length).equals(READY)) socket.end(Buffer.concat([chunk, FATAL]));
      else socket.write(chunk);
    });
    for (const end of [socket, server]) end.on('error', () => {}).on('close', () => (end === socket ? server : socket).destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  proxy.close();
  await database.drop();
});

it('a PostgreSQL that stops at the moment a connection is made is an error of who asked, and ends no process', async () => {
  const url = new URL(database.url);
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const dataSource = await createDataSource({ url: url.href, poolSize: 5 }).initialize();
  const uncaught: unknown[] = [];
  const listener = (error: unknown): void => void uncaught.push(error);
  process.prependListener('uncaughtException', listener);
  stops = true;
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => dataSource.query('SELECT 1')));
  expect(asked.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  stops = false;
  expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  process.off('uncaughtException', listener);
  expect(uncaught).toEqual([]);
  await dataSource.destroy();
});
