import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const POST = fileURLToPath(new URL('../../wrk/post.lua', import.meta.url));

/** What wrk sends: the bytes of a file, over and over. */
export interface WrkLoad {
  readonly url: string;
  readonly bodyFile: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

/** Latencies in microseconds. */
export interface WrkResult {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that are no success. */
  readonly refused: number;
  /** Connections that could not be made, or broke. */
  readonly broken: number;
  /** Requests that took longer than two seconds; they may have been answered then. */
  readonly late: number;
}

/** Loads a server from one thread. */
export async function runWrk({ url, bodyFile, headers, connections, seconds }: WrkLoad): Promise<WrkResult> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const { stdout } = await runTool('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', POST, url, '--', bodyFile, ...lines]);
  const { requests, microseconds, ...rest } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Omit<WrkResult, 'requestsPerSecond'> & {
    readonly requests: number;
    readonly microseconds: number;
  };
  return { ...rest, requestsPerSecond: (requests - rest.refused) / (microseconds / 1e6) };
}

/** Runs a program of Debian's, and says what to install where it is missing. */
export async function runTool(program: 'wrk' | 'h2load', args: readonly string[]): Promise<{ stdout: string }> {
  try {
    return await promisify(execFile)(program, args, { maxBuffer: 16 * 1024 * 1024 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(`The benchmark needs ${program}: apt-get install wrk nghttp2-client`, { cause: error });
    throw error;
  }
}
