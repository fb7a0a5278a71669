import { runProcess } from '@millrace/service-kit';
import { startEtlWorker } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({ name: 'etl-worker', start: ({ logger }) => startEtlWorker(readEnv(), logger) });
