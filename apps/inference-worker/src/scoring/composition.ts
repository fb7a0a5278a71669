import { join } from 'node:path';
import { MillraceError } from '@millrace/contracts';
import { startJobWorker } from '@millrace/queue';
import { Millrace } from '@millrace/sdk';
import type { Logger, RunningProcess } from '@millrace/service-kit';
import { FilesystemStore, folderOf } from '@millrace/storage';
import { probeProviders } from '../node-agent/probe-providers.ts';
import type { ScoringEnv } from './env.ts';
import { runScoring } from './run-scoring.processor.ts';

/** Wires the process that takes scoring jobs: the queue, and the control plane for everything else. One run at a time; its files are scored side by side. */
export async function startScoring(env: ScoringEnv, { logger }: { readonly logger: Logger }): Promise<RunningProcess> {
  const workingProviders = await probeProviders();
  if (!workingProviders.includes(env.provider))
    throw new MillraceError('BAD_INPUT', `EXECUTION_PROVIDER is "${env.provider}", but only ${workingProviders.join(', ')} run on this machine`, {
      fields: { workingProviders },
    });
  const millrace = new Millrace({ url: env.controlPlaneUrl, token: env.token, webSocket: false, retries: { attempts: 3 } });
  const worker = await startJobWorker({
    queue: 'scoring',
    queueUrl: env.queueUrl,
    ledger: millrace.nodes.ledger(env.environment === undefined ? {} : { environment: env.environment }),
    handlers: {
      'run-scoring': runScoring({
        controlPlane: {
          scoringTask: (id) => millrace.nodes.scoringTask(id),
          recordScoringOutput: (lease, output) => millrace.nodes.recordScoringOutput(lease, output),
          downloadArtifact: (digest) => millrace.artifacts.get(digest),
        },
        artifacts: new FilesystemStore(join(env.stateFolder, 'artifacts')),
        lakehouseFolder: folderOf(env.lakehouseUrl),
        threads: env.threads,
        provider: env.provider,
        workingProviders,
      }),
    },
    concurrency: 1,
    leaseSeconds: env.leaseSeconds,
    holder: env.holder,
    logger,
  });
  return {
    close: async () => {
      await worker.close();
      await millrace.close();
    },
  };
}
