import type { Measure } from './measure.ts';

export interface BenchmarkOptions {
  /** Tells a person what is under way. */
  readonly note: (text: string) => void;
  /** How long the measures that take their time may take. */
  readonly minutes: number;
  /** Names of parts; empty: all of them. */
  readonly only: readonly string[];
}

/** A benchmark yields its measures as they are done. */
export type Benchmark = (options: BenchmarkOptions) => AsyncIterable<Measure>;

/** A benchmark of parts that can be run on their own. */
export interface BenchmarkPart {
  readonly name: string;
  measure(options: BenchmarkOptions): AsyncIterable<Measure>;
}

/** Runs the parts one after the other, or those that were asked for; one that fails is a measure that does not hold. Throws when a name is none of them. */
export function benchmarkOf(parts: readonly BenchmarkPart[]): Benchmark {
  return async function* (options) {
    const unknown = options.only.find((name) => !parts.some((part) => part.name === name));
    if (unknown !== undefined) throw new Error(`There is no part "${unknown}". There are: ${parts.map(({ name }) => name).join(', ')}.`);
    for (const part of parts) {
      if (options.only.length > 0 && !options.only.includes(part.name)) continue;
      options.note(`${part.name} …`);
      try {
        yield* part.measure(options);
      } catch (error) {
        options.note(String(error));
        yield { what: `${part.name} could not be measured`, value: Number.NaN, unit: '', bar: { atLeast: 0 } };
      }
    }
  };
}
