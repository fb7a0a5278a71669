import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Others write while the disk is measured, so it is measured again. */
const TRIES = 20;

/** A disk in memory, which can be made full at once. Only root may mount one. */
export class OwnDisk {
  readonly path: string;
  readonly #bytes: number;

  private constructor(path: string, bytes: number) {
    this.path = path;
    this.#bytes = bytes;
  }

  /** `undefined` where mounting is not allowed. */
  static async mount(bytes: number): Promise<OwnDisk | undefined> {
    const path = await mkdtemp(join(tmpdir(), 'millrace-chaos-'));
    // PostgreSQL runs under an account of its own, and must be able to pass through.
    if (mount('-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', path)) return new OwnDisk(path, bytes);
    await rm(path, { recursive: true });
    return undefined;
  }

  /** The disk becomes as small as what is on it. */
  async fill(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const { blocks, bfree, bsize } = await statfs(this.path);
      if (mount('-o', `remount,size=${(blocks - bfree) * bsize}`, this.path)) return;
    }
    throw new Error(`${this.path} could not be made full`);
  }

  free(): void {
    if (!mount('-o', `remount,size=${this.#bytes}`, this.path)) throw new Error(`${this.path} could not be made as large as it was`);
  }

  async unmount(): Promise<void> {
    spawnSync('umount', ['--lazy', this.path]);
    await rm(this.path, { recursive: true });
  }
}

function mount(...options: string[]): boolean {
  return spawnSync('mount', options).status === 0;
}
