import { ofRows, type Invariant } from './invariant.ts';

/** Runs that load a dataset version, by their tables. */
const LOADING = [
  { table: 'pipeline_run', version: 'dataset_version_id', ofVersion: `v.pipeline_run_id` },
  { table: 'scoring_run', version: 'output_dataset_version_id', ofVersion: `v.lineage ->> 'scoringRunId'` },
];

/** A run that committed succeeded and has one version, and no other has any. */
export const RUNS: readonly Invariant[] = LOADING.flatMap(({ table, version, ofVersion }) => [
  ofRows(
    `a ${table} has one dataset version when it succeeded, and none when it did not`,
    `SELECT r.id, j.status, count(v.id)::int AS versions FROM ${table} r JOIN job j ON j.id = r.job_id LEFT JOIN dataset_version v ON ${ofVersion} = r.id
      GROUP BY r.id, j.status HAVING count(v.id) <> (CASE WHEN j.status = 'SUCCEEDED' THEN 1 ELSE 0 END)`,
    `UPDATE job SET status = 'CANCELLED' WHERE id = (SELECT job_id FROM ${table} WHERE ${version} IS NOT NULL LIMIT 1)`,
  ),
  ofRows(
    `a ${table} names the dataset version that it made`,
    `SELECT r.id, r.${version} FROM ${table} r LEFT JOIN dataset_version v ON ${ofVersion} = r.id WHERE r.${version} IS DISTINCT FROM v.id`,
    `UPDATE ${table} SET ${version} = NULL WHERE id = (SELECT id FROM ${table} WHERE ${version} IS NOT NULL LIMIT 1)`,
  ),
  ofRows(
    `the result of the job of a ${table} is what the run wrote`,
    `SELECT r.id, j.result FROM ${table} r JOIN job j ON j.id = r.job_id WHERE j.status = 'SUCCEEDED' AND j.result ->> 'datasetVersionId' IS DISTINCT FROM r.${version}`,
    `UPDATE job SET result = '{"datasetVersionId": "another"}' WHERE id = (SELECT job_id FROM ${table} WHERE ${version} IS NOT NULL LIMIT 1)`,
  ),
]);
