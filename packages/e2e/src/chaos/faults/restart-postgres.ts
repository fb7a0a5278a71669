import type { Fault } from './fault.ts';

/** All connections end, and the server comes back. */
export const restartPostgres: Fault = async ({ system }) => {
  await system.signal('postgres', 'SIGINT');
  return 'restart postgres';
};
