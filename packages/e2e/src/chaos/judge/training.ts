import { ofRows, type Invariant } from './invariant.ts';

const ONE = '(SELECT id FROM training_run WHERE artifact_digest IS NOT NULL LIMIT 1)';

/** A training run has all of its outcome, or none. */
export const TRAINING: readonly Invariant[] = [
  ofRows(
    'a training run has an artifact, a signature and metrics when it succeeded, and none of them when it did not',
    `SELECT r.id, j.status FROM training_run r JOIN job j ON j.id = r.job_id
      WHERE num_nonnulls(r.artifact_digest, r.signature, r.metrics) <> (CASE WHEN j.status = 'SUCCEEDED' THEN 3 ELSE 0 END)`,
    `UPDATE training_run SET metrics = NULL WHERE id = ${ONE}`,
  ),
  ofRows(
    'the result of a training job is the artifact of its run',
    `SELECT r.id, j.result FROM training_run r JOIN job j ON j.id = r.job_id WHERE j.status = 'SUCCEEDED' AND j.result ->> 'artifactDigest' IS DISTINCT FROM r.artifact_digest`,
    `UPDATE training_run SET artifact_digest = 'sha256:${'0'.repeat(64)}' WHERE id = ${ONE}`,
  ),
  {
    says: 'every artifact of a training run is stored, with the content that it is named by',
    breaches: async ({ manager, lake }) => {
      const runs = await manager.query<{ id: string; digest: string }[]>(
        `SELECT id, artifact_digest AS digest FROM training_run WHERE artifact_digest IS NOT NULL`,
      );
      const isStored = await Promise.all(runs.map(({ digest }) => lake.holdsArtifact(digest)));
      return runs.filter((_, index) => isStored[index] === false);
    },
    sabotage: (evidence) => ({ ...evidence, lake: { ...evidence.lake, holdsArtifact: () => Promise.resolve(false) } }),
  },
];
