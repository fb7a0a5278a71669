import { runTool } from './wrk.ts';

/** What h2load sends. With `protocol` `h1` one request at a time on each connection. */
export interface H2Load {
  readonly url: string;
  readonly protocol: 'h1' | 'h2';
  readonly bodyFile: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Requests in flight on each connection. */
  readonly streams: number;
  readonly seconds: number;
  /** Requests a second of all connections; as many as are answered unless told. */
  readonly requestsPerSecond?: number;
}

/** Loads a server and returns the requests a second that succeeded. Rejects when one did not. */
export async function runH2Load(load: H2Load): Promise<number> {
  const { stdout } = await runTool('h2load', [
    ...(load.protocol === 'h1' ? ['--h1'] : []),
    `-c${load.connections}`,
    `-m${load.streams}`,
    `-D${load.seconds}`,
    ...(load.requestsPerSecond === undefined ? [] : [`--rps=${Math.max(1, Math.round(load.requestsPerSecond / load.connections))}`]),
    '-d',
    load.bodyFile,
    ...Object.entries(load.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    load.url,
  ]);
  const rate = /finished in [^,]+, ([\d.]+) req\/s/.exec(stdout)?.[1];
  const counts = /(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(stdout);
  if (rate === undefined || counts === null) throw new Error(`h2load printed something else:\n${stdout}`);
  if (counts[1] !== counts[2] || Number(counts[2]) === 0) throw new Error(`${load.url}: ${counts[0]}`);
  return Number(rate);
}
