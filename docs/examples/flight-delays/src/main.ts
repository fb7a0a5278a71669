import { ConsoleReporter } from './console-reporter.ts';
import { readEnvironment } from './env.ts';
import { runFlightDelays } from './run-flight-delays.ts';
import { vegaFlightsFile } from './vega-flights.ts';

try {
  const { url, token, dataFile = vegaFlightsFile(), sampleEvery } = readEnvironment();
  await runFlightDelays({ url, token, dataFile, reporter: new ConsoleReporter(process.stdout), options: sampleEvery === undefined ? {} : { sampleEvery } });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
