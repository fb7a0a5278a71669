import { runProcess } from '@millrace/service-kit';
import { startScoring } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({ name: 'scoring-worker', start: (kit) => startScoring(readEnv(), kit) });
