import { expect, test } from 'vitest';
import { probeProviders } from './probe-providers.ts';

test('the CPU works everywhere, a provider whose library is absent does not', async () => {
  const providers = await probeProviders();
  expect(providers).toContain('cpu');
  expect(providers).not.toContain('tensorrt');
});
