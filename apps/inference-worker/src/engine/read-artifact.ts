import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SessionFault } from './session-fault.ts';

/** Reads an artifact and returns its bytes only if they have this digest. Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`. */
export async function readVerifiedArtifact(path: string, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readFile(path).catch(() => {
    throw new SessionFault('ARTIFACT_MISSING', `artifact ${digest} cannot be read from the node's folder`, { digest });
  });
  const measured = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (measured !== digest) {
    throw new SessionFault('ARTIFACT_CORRUPT', `artifact ${digest} was changed or damaged: its ${bytes.length} bytes have the digest ${measured}`, {
      digest,
      measured,
      bytes: bytes.length,
    });
  }
  return bytes;
}
