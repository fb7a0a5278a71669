import { runProcess } from '@millrace/service-kit';
import { startTrainingWorker } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({ name: 'training-worker', start: ({ logger }) => startTrainingWorker(readEnv(), logger) });
