import { readFile } from 'node:fs/promises';
import { MillraceError } from '@millrace/contracts';
import { digestOf } from '@millrace/storage';

/** Reads an artifact and returns its bytes only if they have this digest. Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`. */
export async function readVerifiedArtifact(path: string, digest: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MillraceError('ARTIFACT_MISSING', `artifact ${digest} cannot be read from the node's folder`, { fields: { digest }, cause });
  });
  const measured = digestOf(bytes);
  if (measured !== digest) {
    throw new MillraceError('ARTIFACT_CORRUPT', `artifact ${digest} was changed or damaged: its ${bytes.length} bytes have the digest ${measured}`, {
      fields: { digest, measured, bytes: bytes.length },
    });
  }
  return bytes;
}
