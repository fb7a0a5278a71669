import { runProcess } from '@millrace/service-kit';
import { startMonitorWorker } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({ name: 'monitor-worker', start: (kit) => startMonitorWorker(readEnv(), kit) });
