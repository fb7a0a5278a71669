import { spawn, type ChildProcess } from 'node:child_process';
import { appendTo } from './service-log.ts';
import type { ReadyMessage, ServiceSpec } from './service-spec.ts';

export interface ProcessOptions {
  readonly logFile: string;
  /** The ports that it had before, where it keeps them. */
  readonly ports: { readonly http?: string | undefined; readonly grpc?: number | undefined };
  readonly onReady: (message: Partial<ReadyMessage>) => void;
}

/** One process of a service, from its start to its end. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  /** Resolves with how it ended, also when it could not begin. Never rejects. */
  readonly ended: Promise<string>;
  readonly ready: Promise<void>;
  #hasEnded = false;

  private constructor(child: ChildProcess, onReady: ProcessOptions['onReady']) {
    this.#child = child;
    this.ready = new Promise((resolve) => {
      child.on('message', (message: Partial<ReadyMessage>) => {
        if (message.type !== 'ready') return;
        onReady(message);
        resolve();
      });
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasEnded = true;
        resolve(how);
      };
      child.once('exit', (code, signal) => end(signal ?? `code ${String(code)}`));
      // Also told of a signal that could not be sent; then there is a pid.
      child.on('error', (error) => {
        if (child.pid === undefined) end(error.message);
      });
    });
  }

  /** Its output goes to the log, and it ends with this process: the channel between them closes, and service-kit watches it. */
  static async spawn({ entry, nodeFlags, env, keepsPort = false, keepsGrpcPort = false }: ServiceSpec, options: ProcessOptions): Promise<ServiceProcess> {
    const log = await appendTo(options.logFile);
    try {
      const child = spawn(process.execPath, [...nodeFlags, entry], {
        stdio: ['ignore', log.fd, log.fd, 'ipc'],
        detached: true,
        env: {
          ...process.env,
          ...env,
          ...(keepsPort ? { PORT: options.ports.http ?? '0' } : {}),
          ...(keepsGrpcPort ? { GRPC_PORT: String(options.ports.grpc ?? 0) } : {}),
          MILLRACE_PARENT_PID: String(process.pid),
        },
      });
      return new ServiceProcess(child, options.onReady);
    } finally {
      await log.close();
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it to close, and kills it when it does not within the time. */
  async end(milliseconds: number): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), milliseconds);
    await this.ended;
    clearTimeout(timer);
  }
}
