import type { Fault } from './fault.ts';

/** No delivery is left, whatever jobs there are. A Redis is emptied or begins anew; in PostgreSQL the tables of the queue are emptied. */
export const loseQueue: Fault = async ({ queue, database }, random) => {
  if (queue === undefined) await database.query('TRUNCATE bullmq.job CASCADE');
  else if (random() < 0.5) await queue.flush();
  else await queue.restart();
  return 'lose the queue';
};
