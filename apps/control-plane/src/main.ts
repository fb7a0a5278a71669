import { runProcess } from '@millrace/service-kit';
import { startControlPlane } from './composition.ts';
import { readEnv } from './env.ts';

await runProcess({
  name: 'control-plane',
  start: async ({ logger }) => {
    const controlPlane = await startControlPlane(readEnv(), logger);
    return { ready: { url: controlPlane.url }, close: () => controlPlane.close() };
  },
});
