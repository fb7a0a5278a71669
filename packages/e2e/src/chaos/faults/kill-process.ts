import { oneOf, pidWhereUp, PROCESSES, type Fault } from './fault.ts';

/** A process is gone from one instruction to the next. */
export const killProcess: Fault = async ({ system }, random) => {
  const name = oneOf(PROCESSES, random);
  const pid = await pidWhereUp(system, name);
  if (pid === undefined) return `${name} is down`;
  process.kill(pid, 'SIGKILL');
  return `kill ${name}`;
};
