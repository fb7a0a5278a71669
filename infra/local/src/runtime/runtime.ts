import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError } from '@millrace/contracts';
import { SupervisedPostgres } from '../postgres/supervised-postgres.ts';
import { millracePlan, REPOSITORY, type Addresses } from '../services/millrace-services.ts';
import { rotateLog } from '../services/service-log.ts';
import type { ServiceSpec } from '../services/service-spec.ts';
import { SupervisedService } from '../services/supervised-service.ts';
import type { RuntimeOptions } from './runtime-options.ts';
import { BoundedLogs } from '../services/bounded-logs.ts';
import { RecordKeeper } from './record-keeper.ts';
import { endLeftovers, POSTGRES, recorded, removeRecord, type RecordedProcess, type RuntimeRecord } from './runtime-record.ts';
import type { Secrets } from './secrets.ts';
import type { StateFolder } from './state-folder.ts';
import type { StateLock } from './state-lock.ts';

/** Stopping takes at most 10 s in all: nodes and workers together, then the control plane, PostgreSQL last. */
const WORKERS_MILLISECONDS = 6000;
const CONTROL_PLANE_MILLISECONDS = 1800;
const POSTGRES_MILLISECONDS = 1500;

/** Millrace in one state folder that this process holds. */
export class Runtime {
  readonly folder: StateFolder;
  readonly secrets: Secrets;
  readonly #options: RuntimeOptions;
  readonly #lock: StateLock;
  readonly #startedAt = new Date().toISOString();
  readonly #record: RecordKeeper;
  readonly #logs: BoundedLogs;
  #postgres: SupervisedPostgres | undefined;
  #controlPlane: SupervisedService | undefined;
  #others: readonly SupervisedService[] = [];
  #starting: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(options: RuntimeOptions, folder: StateFolder, lock: StateLock, secrets: Secrets) {
    this.#options = options;
    this.folder = folder;
    this.#lock = lock;
    this.secrets = secrets;
    this.#logs = new BoundedLogs({ folder: folder.logs, tell: options.tell });
    this.#record = new RecordKeeper({ file: folder.record, current: () => this.#current(), tell: options.tell });
  }

  /** Of the control plane. */
  get url(): string {
    const url = this.#controlPlane?.url;
    if (url === undefined) throw new MillraceError('UNAVAILABLE', 'The control plane is not ready.');
    return url;
  }

  get services(): readonly SupervisedService[] {
    return this.#controlPlane === undefined ? this.#others : [this.#controlPlane, ...this.#others];
  }

  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  /** Leaves no process behind. Safe to call twice, and while it starts. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #start(): Promise<void> {
    const left = await endLeftovers(this.folder.record);
    if (left.length > 0) this.#options.tell(`ended what an earlier start left behind: ${left.join(', ')}`);
    const addresses = await this.#openAddresses();
    this.#demandWanted();
    const plan = (this.#options.plan ?? millracePlan)({ repository: REPOSITORY, folder: this.folder, secrets: this.secrets, addresses });
    this.#controlPlane = await this.#service(plan.controlPlane);
    await this.#controlPlane.start();
    this.#demandWanted();
    this.#others = await Promise.all([...plan.workers, ...plan.nodes(this.url)].map((spec) => this.#service(spec)));
    const starts = await Promise.allSettled(this.#others.map((service) => service.start()));
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    await this.#record.settled();
  }

  #demandWanted(): void {
    if (this.#stopped !== undefined) throw new MillraceError('UNAVAILABLE', 'Stopped while it started.', { retryable: false });
  }

  async #stop(): Promise<void> {
    await this.#stopServices();
    await this.#starting.catch(() => {});
    await this.#stopServices();
    await this.#postgres?.stop(POSTGRES_MILLISECONDS);
    this.#logs.close();
    await this.#record.close();
    await removeRecord(this.folder.record);
    await this.#lock.release();
  }

  async #stopServices(): Promise<void> {
    await Promise.all(this.#others.map((service) => service.stop(WORKERS_MILLISECONDS)));
    await this.#controlPlane?.stop(CONTROL_PLANE_MILLISECONDS);
  }

  async #openAddresses(): Promise<Addresses> {
    const env = this.#options.env ?? process.env;
    const databaseUrl = env['DATABASE_URL'] || (await this.#startPostgres());
    return {
      databaseUrl,
      queueUrl: env['QUEUE_URL'] || databaseUrl,
      storageUrl: env['STORAGE_URL'] || pathToFileURL(this.folder.artifacts).href,
      lakehouseUrl: env['LAKEHOUSE_URL'] || pathToFileURL(this.folder.lakehouse).href,
    };
  }

  async #startPostgres(): Promise<string> {
    const logFile = join(this.folder.logs, 'postgres.log');
    await rotateLog(logFile);
    this.#postgres = new SupervisedPostgres(
      { dataFolder: this.folder.postgres, password: this.secrets.postgresPassword, logFile },
      { onChange: () => this.#record.update(), tell: this.#options.tell },
    );
    return this.#postgres.start();
  }

  async #service(spec: ServiceSpec): Promise<SupervisedService> {
    const logFile = join(this.folder.logs, `${spec.name}.log`);
    await rotateLog(logFile);
    return new SupervisedService(spec, {
      logFile,
      onChange: () => this.#record.update(),
      onCrash: ({ name }, how, pause) => this.#options.tell(`${name} ended with ${how}; it starts again in ${pause / 1000} s (${logFile})`),
    });
  }

  async #current(): Promise<RuntimeRecord> {
    const processes: Promise<RecordedProcess>[] = [];
    if (this.#postgres?.pid !== undefined) processes.push(recorded(POSTGRES, this.#postgres.pid, { url: `postgres://127.0.0.1:${this.#postgres.port}` }));
    for (const { name, pid, url, grpcAddress } of this.services) if (pid !== undefined) processes.push(recorded(name, pid, { url, grpc: grpcAddress }));
    const url = this.#controlPlane?.url;
    return { pid: process.pid, startedAt: this.#startedAt, ...(url === undefined ? {} : { url }), processes: await Promise.all(processes) };
  }
}
