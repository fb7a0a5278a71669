export { runFlightDelays } from './run-flight-delays.ts';
export { ConsoleReporter, type TextOutput } from './console-reporter.ts';
export { vegaFlightsFile } from './vega-flights.ts';
export type { FlightDelaysInput, ReplayOptions } from './options.ts';
export type { FlightDelaysResult } from './result.ts';
export type { ProgressBar, Reporter } from './reporter.ts';
export { FEATURES, featuresSql } from './flight-features.ts';
export { MONTHS, monthInterval, TRAINING } from './calendar.ts';
