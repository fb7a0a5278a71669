import type { Millrace } from '@millrace/sdk';
import type { FlightFile } from './flight-file.ts';
import type { ReplayOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

/** What every step works with. */
export interface Story {
  readonly millrace: Millrace;
  readonly flights: FlightFile;
  readonly dataFile: string;
  readonly reporter: Reporter;
  readonly options: Required<ReplayOptions>;
  readonly names: Names;
}

/** Names of what is created. A second run in the same workspace gets numbered ones. */
export interface Names {
  readonly useCase: string;
  readonly dataSource: string;
  readonly pipeline: string;
  readonly dataset: string;
  readonly model: string;
  readonly endpoint: string;
  readonly environment: string;
}

const USE_CASE = 'Warn passengers of late flights';

/** Names that are free: numbered by how often the example has run in this workspace. */
export async function freeNames(millrace: Millrace): Promise<Names> {
  let runs = 0;
  for await (const { name } of millrace.useCases.list()) if (name.startsWith(USE_CASE)) runs += 1;
  const number = runs === 0 ? '' : String(runs + 1);
  const suffix = number === '' ? '' : `-${number}`;
  return {
    useCase: number === '' ? USE_CASE : `${USE_CASE} (${number})`,
    dataSource: `flights${suffix}`,
    pipeline: `departures${suffix}`,
    dataset: `departures${suffix.replace('-', '_')}`,
    model: `late-flights${suffix}`,
    endpoint: `late-flights${suffix}`,
    environment: 'production',
  };
}
