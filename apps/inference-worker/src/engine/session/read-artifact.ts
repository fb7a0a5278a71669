import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SessionFault } from './session-fault.ts';

/**
 * Reads an artifact and returns its bytes only if they have this digest. It blocks, so it is for threads that have nothing else to do.
 * Throws `ARTIFACT_MISSING` or `ARTIFACT_CORRUPT`.
 */
export function readVerifiedArtifact(path: string, digest: string): Uint8Array<ArrayBuffer> {
  const bytes = read(path, digest);
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

function read(path: string, digest: string): Uint8Array<ArrayBuffer> {
  try {
    return readFileSync(path);
  } catch {
    throw new SessionFault('ARTIFACT_MISSING', `artifact ${digest} cannot be read from the node's folder`, { digest });
  }
}
