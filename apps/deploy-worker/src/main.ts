import { runProcess } from '@millrace/service-kit';
import { startDeployWorker } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({ name: 'deploy-worker', start: ({ logger }) => startDeployWorker(readEnv(), logger) });
