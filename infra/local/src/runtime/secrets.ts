import { randomBytes } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';

/** What the embedded runtime makes once and keeps, readable by its owner only. */
export interface Secrets {
  /** Token of a service with every scope, in workspace `default`. */
  readonly adminToken: string;
  /** Token of the local node. */
  readonly nodeToken: string;
  readonly postgresPassword: string;
}

export async function keepSecrets(file: string): Promise<Secrets> {
  const kept = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Partial<Secrets>,
    (): Partial<Secrets> => ({}),
  );
  const secrets: Secrets = {
    adminToken: kept.adminToken ?? newToken(),
    nodeToken: kept.nodeToken ?? newToken(),
    postgresPassword: kept.postgresPassword ?? randomBytes(18).toString('base64url'),
  };
  await writeFile(file, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return secrets;
}

/** `mlr_` and 256 random bits. */
function newToken(): string {
  return `mlr_${randomBytes(32).toString('base64url')}`;
}
