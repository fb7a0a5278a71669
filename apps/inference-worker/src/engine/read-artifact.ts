import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';

/** Reads an artifact and returns its bytes only if their SHA-256 is `digest`. Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`. */
export async function readVerifiedArtifact(path: string, digest: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MillraceError('ARTIFACT_MISSING', `artifact ${digest} cannot be read from the node's folder`, { fields: { digest }, cause });
  });
  const actual = createHash('sha256').update(bytes).digest('hex');
  const expected = hexOf(digest);
  if (actual !== expected) {
    throw new MillraceError('ARTIFACT_CORRUPT', `artifact should have SHA-256 ${expected} but its ${bytes.length} bytes have ${actual}`, { fields: { expected, actual, bytes: bytes.length } });
  }
  return bytes;
}

/** The hexadecimal part of a digest, with or without its `sha256:` prefix. */
export function hexOf(digest: string): string {
  return digest.startsWith('sha256:') ? digest.slice('sha256:'.length) : digest;
}
