import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRuntime, type Runtime } from '@millrace/local';
import { Millrace } from '@millrace/sdk';

interface RecordedProcess {
  readonly name: string;
  readonly pid: number;
  readonly url?: string;
}

export interface SystemOptions {
  /** Where its folder is made; the folder of temporary files unless told. */
  readonly parent?: string;
  /** Parts that it is given, such as `QUEUE_URL`, in place of those that it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole of Millrace, as `npm run quickstart` starts it, in a folder of its own. Runs what was built. */
export class MillraceSystem {
  readonly folder: string;
  readonly millrace: Millrace;
  readonly #runtime: Runtime;

  private constructor(folder: string, runtime: Runtime) {
    this.folder = folder;
    this.#runtime = runtime;
    this.millrace = new Millrace({ url: runtime.url, token: runtime.secrets.adminToken });
  }

  /** `prepare` may put files into the folder of sources before anything starts: pipelines may read what lies there. */
  static async start(prepare: (sources: string) => Promise<unknown>, { parent = tmpdir(), env = {} }: SystemOptions = {}): Promise<MillraceSystem> {
    const folder = await mkdtemp(join(parent, 'millrace-story-'));
    // PostgreSQL does not run as root, and its own account must be able to pass through.
    await chmod(folder, 0o755);
    const sources = join(folder, 'sources');
    await mkdir(sources);
    await prepare(sources);
    // The work of a killed worker is taken up when its lease has run out.
    process.env['LEASE_SECONDS'] = '5';
    const runtime = await startRuntime({ stateDir: folder, env, tell: () => {} });
    return new MillraceSystem(folder, runtime);
  }

  /** Where files lie that pipelines may read. */
  get sources(): string {
    return join(this.folder, 'sources');
  }

  get url(): string {
    return this.#runtime.url;
  }

  get token(): string {
    return this.#runtime.secrets.adminToken;
  }

  async databaseUrl(): Promise<string> {
    const { host } = new URL(await this.urlOf('postgres'));
    return `postgres://postgres:${this.#runtime.secrets.postgresPassword}@${host}/millrace`;
  }

  /** Where a process with a port of its own is reached. */
  async urlOf(name: string): Promise<string> {
    return (await this.#process(name)).url ?? '';
  }

  async pidOf(name: string): Promise<number> {
    return (await this.#process(name)).pid;
  }

  /** Ends a process as a restart (`SIGINT` for PostgreSQL) or a crash (`SIGKILL`) would. The runtime starts it again. */
  async signal(name: string, signal: NodeJS.Signals): Promise<void> {
    process.kill(await this.pidOf(name), signal);
  }

  async stop(): Promise<void> {
    await this.millrace.close();
    await this.#runtime.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async processes(): Promise<readonly RecordedProcess[]> {
    const record = JSON.parse(await readFile(this.#runtime.folder.record, 'utf8')) as { processes: readonly RecordedProcess[] };
    return record.processes;
  }

  async #process(name: string): Promise<RecordedProcess> {
    const found = (await this.processes()).find((each) => each.name === name);
    if (found === undefined) throw new Error(`${name} does not run`);
    return found;
  }
}
