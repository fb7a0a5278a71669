import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { MillraceError, type ErrorCode } from '@millrace/contracts';
import type { ArtifactStore } from './artifact-store.ts';
import { digestOf } from './digest.ts';

/** What a case is run against: an empty store, and a way to damage what is stored under a digest. */
export interface StoreUnderTest {
  readonly store: ArtifactStore;
  damage(digest: string): Promise<void>;
}

/** One guarantee of every adapter. `run` rejects where the adapter breaks it. */
export interface ConformanceCase {
  readonly name: string;
  run(subject: StoreUnderTest): Promise<void>;
}

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}

function withCode(code: ErrorCode) {
  return (error: unknown): boolean => error instanceof MillraceError && error.code === code;
}

/** The conformance suite: run each case in a test of its own with a fresh store. */
export const STORE_CONFORMANCE: readonly ConformanceCase[] = [
  {
    name: 'what is put is read back byte for byte under its SHA-256',
    run: async ({ store }) => {
      const content = randomBytes(300_000);
      const stored = await store.put(content);
      assert.deepEqual(stored, { digest: digestOf(content), bytes: 300_000 });
      assert.deepEqual(Buffer.from(await store.read(stored.digest)), content);
      assert.deepEqual(await collect(await store.get(stored.digest)), content);
    },
  },
  {
    name: 'a stream and the same bytes have one address',
    run: async ({ store }) => {
      const content = randomBytes(100_001);
      assert.deepEqual(await store.put(chunked(content, 4096)), await store.put(content));
    },
  },
  {
    name: 'empty content can be stored',
    run: async ({ store }) => {
      const stored = await store.put(new Uint8Array());
      assert.equal(stored.bytes, 0);
      assert.equal((await store.read(stored.digest)).length, 0);
    },
  },
  {
    name: 'has tells what is stored from what is not',
    run: async ({ store }) => {
      const { digest } = await store.put(Buffer.from('here'));
      assert.equal(await store.has(digest), true);
      assert.equal(await store.has(digestOf(Buffer.from('not here'))), false);
    },
  },
  {
    name: 'an artifact that is not there fails with ARTIFACT_MISSING',
    run: async ({ store }) => {
      const digest = digestOf(Buffer.from('absent'));
      await assert.rejects(store.read(digest), withCode('ARTIFACT_MISSING'));
      await assert.rejects(store.get(digest), withCode('ARTIFACT_MISSING'));
    },
  },
  {
    name: 'damaged content fails with ARTIFACT_CORRUPT and is healed by putting it again',
    run: async ({ store, damage }) => {
      const { digest } = await store.put(Buffer.from('precious'));
      await damage(digest);
      await assert.rejects(store.read(digest), withCode('ARTIFACT_CORRUPT'));
      await assert.rejects(async () => collect(await store.get(digest)), withCode('ARTIFACT_CORRUPT'));
      await store.put(Buffer.from('precious'));
      assert.equal(Buffer.from(await store.read(digest)).toString(), 'precious');
    },
  },
  {
    name: 'a malformed digest fails with BAD_INPUT and reaches no file',
    run: async ({ store }) => {
      for (const digest of ['', 'sha256:../../etc/passwd', `md5:${'0'.repeat(64)}`, `sha256:${'A'.repeat(64)}`])
        await assert.rejects(store.read(digest), withCode('BAD_INPUT'));
    },
  },
  {
    name: 'a stream that fails half way stores nothing',
    run: async ({ store }) => {
      const whole = Buffer.from('first half');
      await assert.rejects(
        store.put(
          (async function* () {
            yield whole;
            throw new Error('cut');
          })(),
        ),
        /cut/,
      );
      assert.equal(await store.has(digestOf(whole)), false);
    },
  },
  {
    name: 'the same content put by many at once is stored whole',
    run: async ({ store }) => {
      const content = randomBytes(200_000);
      const stored = await Promise.all(Array.from({ length: 8 }, () => store.put(chunked(content, 10_000))));
      assert.equal(new Set(stored.map(({ digest }) => digest)).size, 1);
      assert.deepEqual(Buffer.from(await store.read(digestOf(content))), content);
    },
  },
  {
    name: 'an artifact is removed unless it was put again meanwhile',
    run: async ({ store }) => {
      const { digest, bytes } = await store.put(randomBytes(1000));
      assert.equal(await store.remove(digest, new Date(Date.now() - 60_000)), 0);
      assert.equal(await store.has(digest), true);
      assert.equal(await store.remove(digest, new Date(Date.now() + 60_000)), bytes);
      assert.equal(await store.has(digest), false);
      assert.equal(await store.remove(digest, new Date(Date.now() + 60_000)), 0);
    },
  },
];
