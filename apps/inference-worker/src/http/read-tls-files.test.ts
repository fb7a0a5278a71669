import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_CERTIFICATE } from '../fixtures/tls-certificate.fixture.ts';
import { readTlsFiles } from './read-tls-files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-tls-'));
  await writeFile(join(folder, 'cert.pem'), TEST_CERTIFICATE.cert);
  await writeFile(join(folder, 'key.pem'), TEST_CERTIFICATE.key);
});
afterAll(() => rm(folder, { recursive: true }));

const file = (name: string): string => join(folder, name);

test('both files are read, and without both there is no TLS', async () => {
  expect(await readTlsFiles(file('cert.pem'), file('key.pem'))).toEqual({ cert: Buffer.from(TEST_CERTIFICATE.cert), key: Buffer.from(TEST_CERTIFICATE.key) });
  expect(await readTlsFiles(undefined, undefined)).toBeUndefined();
});

test.each([
  ['cert.pem', undefined, 'TLS_CERT_FILE is set and TLS_KEY_FILE is not'],
  [undefined, 'key.pem', 'TLS_KEY_FILE is set and TLS_CERT_FILE is not'],
  ['cert.pem', 'absent.pem', 'TLS_KEY_FILE .* cannot be read'],
  ['key.pem', 'cert.pem', 'do not make a certificate'],
])('certificate %s with key %s is refused', async (cert, key, message) => {
  const read = readTlsFiles(cert === undefined ? undefined : file(cert), key === undefined ? undefined : file(key));
  await expect(read).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(message) as string });
});
