import { redisUrl } from '@millrace/testing';
import { Redis } from 'ioredis';
import { describe, it } from 'vitest';
import { describeJobs } from './job-conformance.ts';

const url = redisUrl();

if (url === undefined) {
  describe('jobs on Redis', () => {
    it.skip('skipped: TEST_REDIS_URL is not set', () => {});
  });
} else {
  const redis = new Redis(url, { lazyConnect: true });
  describeJobs('Redis', async () => {
    await redis.connect();
    await redis.flushdb();
    return {
      url,
      lose: async () => {
        await redis.flushdb();
      },
      disconnect: async () => {
        await redis.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      close: async () => {
        await redis.quit();
      },
    };
  });
}
