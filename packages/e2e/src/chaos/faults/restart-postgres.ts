import { pidWhereUp, type Fault } from './fault.ts';

/** All connections end, and the server comes back. */
export const restartPostgres: Fault = async ({ system }) => {
  const pid = await pidWhereUp(system, 'postgres');
  if (pid === undefined) return 'postgres is down';
  process.kill(pid, 'SIGINT');
  return 'restart postgres';
};
