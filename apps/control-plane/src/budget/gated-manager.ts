import type { DataSource, EntityManager, QueryRunner } from 'typeorm';

/** A manager whose statements take a connection of the pool each, one after another: however many ask, one connection is what they have. For reading only. */
export function gatedManager(dataSource: DataSource): EntityManager {
  const runner = dataSource.createQueryRunner();
  let last: Promise<unknown> = Promise.resolve();
  const query = async (...call: Parameters<QueryRunner['query']>): Promise<unknown> => {
    const real = dataSource.createQueryRunner();
    try {
      return await real.query(...call);
    } finally {
      await real.release();
    }
  };
  runner.query = ((...call: Parameters<QueryRunner['query']>) => {
    const mine = last.then(
      () => query(...call),
      () => query(...call),
    );
    last = mine;
    return mine;
  }) as QueryRunner['query'];
  return runner.manager;
}
