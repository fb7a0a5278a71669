import { createHash } from 'node:crypto';
import { MillraceError } from '@millrace/contracts';

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** The hexadecimal part of a digest `sha256:<64 hex digits>`. Anything else fails with `BAD_INPUT`. */
export function hexOf(digest: string): string {
  const hex = DIGEST.exec(digest)?.[1];
  if (hex === undefined)
    throw new MillraceError('BAD_INPUT', `"${digest.slice(0, 100)}" is not a digest: expected sha256: followed by 64 lower-case hexadecimal digits.`, {
      fields: { digest },
    });
  return hex;
}

/** The digest of bytes that are at hand. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function corruptArtifact(digest: string, measured: string): MillraceError {
  return new MillraceError(
    'ARTIFACT_CORRUPT',
    `The stored content of ${digest} has the digest ${measured}: it was changed or damaged. Store the artifact again.`,
    { fields: { digest, measured } },
  );
}

export function missingArtifact(digest: string): MillraceError {
  return new MillraceError('ARTIFACT_MISSING', `There is no artifact ${digest} in this store.`, { fields: { digest } });
}
