import { oneOf, PROCESSES, type Fault } from './fault.ts';

/** A process is gone from one instruction to the next. */
export const killProcess: Fault = async ({ system }, random) => {
  const name = oneOf(PROCESSES, random);
  await system.signal(name, 'SIGKILL');
  return `kill ${name}`;
};
