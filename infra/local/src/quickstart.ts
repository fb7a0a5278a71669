import { parseArgs } from 'node:util';
import { ConsoleReporter, runFlightDelays, vegaFlightsFile } from '@millrace/example-flight-delays';
import { startRuntime } from './runtime/start-runtime.ts';
import type { Runtime } from './runtime/runtime.ts';
import { LOCAL_NODE } from './services/millrace-services.ts';
import { untilAborted, type VerbOptions } from './verb.ts';

const OPTIONS = { once: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const;

/**
 * Starts the runtime and carries the flight delays through the whole loop. Stays up until it is stopped, or with `--once` stops
 * everything; with `--json` the last line is what happened. The exit code is 1 when a step failed: its reason and its job's log are printed.
 */
export async function quickstart({ args, stateDir, signal, write }: VerbOptions): Promise<number> {
  const {
    values: { once, json },
  } = parseArgs({ args: [...args], options: OPTIONS });
  const start = performance.now();
  write('Starting Millrace: PostgreSQL, the control plane, five workers and one inference node …\n');
  const runtime = await startRuntime({ stateDir, signal, tell: (line) => write(`[runtime] ${line}\n`) });
  write(`Up after ${seconds(start)} s. State: ${runtime.folder.path}\n`);
  let code = 0;
  let summary: object | undefined;
  try {
    const result = await Promise.race([tellTheStory(runtime), untilAborted(signal).then(() => undefined)]);
    summary = result === undefined ? undefined : { ...result, seconds: Number(seconds(start)) };
    if (summary === undefined) code = 130;
  } catch {
    // Explained to the reporter by the example itself.
    code = 1;
  }
  if (code === 0) write(`\n${addresses(runtime)}`);
  else write(`\nLogs: ${runtime.folder.logs}\n`);
  if (json && summary !== undefined) write(`${JSON.stringify(summary)}\n`);
  if (!once && code === 0) {
    write('Millrace stays up. Stop it with Ctrl-C.\n');
    await untilAborted(signal);
  }
  await runtime.stop();
  return code;
}

function tellTheStory({ url, secrets }: Runtime): Promise<object> {
  return runFlightDelays({ url, token: secrets.adminToken, dataFile: vegaFlightsFile(), reporter: new ConsoleReporter(process.stdout) });
}

/** Where everything is, in lines for people. */
export function addresses({ url, services, secrets, folder }: Runtime): string {
  const node = services.find(({ name }) => name === LOCAL_NODE);
  return [
    `GraphQL:  ${url}/graphql  (open it in a browser for the IDE)\n`,
    ...(node?.url === undefined ? [] : [`Node:     ${node.url}${node.grpcAddress === undefined ? '' : `  (gRPC: ${node.grpcAddress})`}\n`]),
    `Token:    ${secrets.adminToken}\n`,
    `Logs:     ${folder.logs}\n`,
  ].join('');
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}
