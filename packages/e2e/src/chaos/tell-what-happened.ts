import type { ChaosWorld } from './chaos-world.ts';

const OUTCOMES = `SELECT name, status, count(*)::int AS jobs, sum(attempt)::int AS attempts FROM job GROUP BY name, status ORDER BY name, status`;

/** Lines that say what a seed consisted of: faults, jobs by their ends, and what was acknowledged. */
export async function tellWhatHappened({ seed, database, seen, disk, queue }: ChaosWorld): Promise<string> {
  const outcomes = await database.query<{ name: string; status: string; jobs: number; attempts: number }[]>(OUTCOMES);
  return [
    `seed ${seed}: ${seen.faults.length} faults (${disk === undefined ? 'no' : 'a'} disk of its own, the queue in ${queue === undefined ? 'PostgreSQL' : 'Redis'})`,
    ...seen.faults.map((fault) => `  ${fault}`),
    ...outcomes.map(({ name, status, jobs, attempts }) => `  ${name} ${status}: ${jobs} jobs in ${attempts} attempts`),
    `  ${seen.predictions.size} predictions, ${seen.labels.size + seen.watchedLabels.size} labels, ${seen.cancels.length} cancels, ${seen.retries.length} retries; ${seen.refused} calls refused`,
    `  ${seen.dark.answered} of ${seen.dark.asked} calls answered in the dark; splits ${[...seen.splits.keys()].join(', ')}`,
    '',
  ].join('\n');
}

/** Says how long something took. */
export async function timed<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const begunAt = performance.now();
  const result = await work;
  process.stdout.write(`${what} took ${((performance.now() - begunAt) / 1000).toFixed(1)} s\n`);
  return result;
}
