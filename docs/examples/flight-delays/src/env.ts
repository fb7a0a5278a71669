/** Where Millrace is, who asks, and where the flights lie. */
export interface Environment {
  readonly url: string;
  readonly token: string;
  readonly dataFile: string | undefined;
  readonly sampleEvery: number | undefined;
}

/** Reads the environment; throws one sentence that names what is missing. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const { MILLRACE_URL: url, MILLRACE_TOKEN: token, FLIGHTS_FILE: dataFile, SAMPLE_EVERY: every } = env;
  if (url === undefined || token === undefined) throw new Error('set MILLRACE_URL and MILLRACE_TOKEN; `npm run quickstart` prints both');
  const sampleEvery = every === undefined ? undefined : Number(every);
  if (sampleEvery !== undefined && !(Number.isInteger(sampleEvery) && sampleEvery >= 1))
    throw new Error(`SAMPLE_EVERY must be a whole number from 1, given "${every}"`);
  return { url, token, dataFile, sampleEvery };
}
