import { Client } from 'pg';
import { describeJobs } from './job-conformance.ts';

describeJobs('PostgreSQL', async (url) => ({
  url,
  lose: async () => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query('TRUNCATE bullmq.job CASCADE');
    await client.end();
  },
  close: async () => {},
}));
