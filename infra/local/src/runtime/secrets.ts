import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

/** What the embedded runtime makes once and keeps, readable by its owner only. */
export interface Secrets {
  /** Token of a service with every scope, in workspace `default`. */
  readonly adminToken: string;
  /** Token of the local node. */
  readonly nodeToken: string;
  readonly postgresPassword: string;
}

export async function keepSecrets(file: string): Promise<Secrets> {
  const kept = await readFile(file, 'utf8').then((text) => JSON.parse(text) as Partial<Secrets>, noneYet);
  const secrets: Secrets = {
    adminToken: kept.adminToken ?? newToken(),
    nodeToken: kept.nodeToken ?? newToken(),
    postgresPassword: kept.postgresPassword ?? randomBytes(18).toString('base64url'),
  };
  // Written beside and renamed, and only when something is new: a full disk must not leave an empty file in place of the secrets.
  if (Object.entries(secrets).some(([name, secret]) => kept[name as keyof Secrets] !== secret)) {
    await writeFile(`${file}.new`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  await chmod(file, 0o600);
  return secrets;
}

/** A file that is there and cannot be read is no reason to make other secrets. */
function noneYet(error: NodeJS.ErrnoException): Partial<Secrets> {
  if (error.code === 'ENOENT') return {};
  throw error;
}

/** `mlr_` and 256 random bits. */
function newToken(): string {
  return `mlr_${randomBytes(32).toString('base64url')}`;
}
