import { createHash, randomBytes } from 'node:crypto';

const SECRET = /^mlr_[A-Za-z0-9_-]{43}$/;

/** A new secret: `mlr_` and 256 random bits in base64url. It is shown once and kept only as its hash. */
export function newSecret(): string {
  return `mlr_${randomBytes(32).toString('base64url')}`;
}

export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** SHA-256 is enough for a secret of 256 random bits: there is nothing to guess. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
