/** Where the tests find a Redis: `TEST_REDIS_URL`, or nowhere, and then the suites that need one are skipped. */
export function redisUrl(): string | undefined {
  return process.env['TEST_REDIS_URL'];
}
