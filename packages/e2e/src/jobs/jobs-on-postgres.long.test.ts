import { Client } from 'pg';
import { describeJobs } from './job-conformance.ts';

async function once(connectionString: string, sql: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describeJobs('PostgreSQL', async (url) => ({
  url,
  lose: () => once(url, 'TRUNCATE bullmq.job CASCADE'),
  disconnect: () => once(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`),
  close: async () => {},
}));
