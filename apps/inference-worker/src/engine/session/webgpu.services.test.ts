import { expect, test } from 'vitest';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProviderReport } from '../../fixtures/report-providers.fixture.ts';

/** Debian's chromium brings a Vulkan in software, on which webgpu runs without a GPU. */
const CHROMIUM = '/usr/lib/chromium';
const VULKAN = join(CHROMIUM, 'vk_swiftshader_icd.json');

async function reportProviders(environment: Readonly<Record<string, string>>): Promise<ProviderReport> {
  const script = new URL('../../fixtures/report-providers.fixture.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@millrace/source', script], { env: { ...process.env, ...environment } });
  return JSON.parse(stdout) as ProviderReport;
}

test('webgpu is probed, chosen and computes what it should', async (context) => {
  if (!existsSync(VULKAN)) context.skip(`${VULKAN} is not there: install chromium to run webgpu in software`);
  const runtime = await mkdtemp(join(tmpdir(), 'millrace-webgpu-'));
  try {
    const report = await reportProviders({ LD_LIBRARY_PATH: CHROMIUM, VK_ICD_FILENAMES: VULKAN, XDG_RUNTIME_DIR: runtime });
    expect(report).toEqual({
      working: ['cpu', 'webgpu'],
      required: { provider: 'webgpu', scores: [1.5, 2.5, 3.5, 4.5, 5.5], texts: [1, 2, 3, 4, 5].map((i) => `airport ${i}`) },
      preferred: 'webgpu',
    });
  } finally {
    await rm(runtime, { recursive: true });
  }
});

test('where only the CPU works, a required webgpu is refused and a preferred one falls back', async () => {
  const report = await reportProviders({ VK_ICD_FILENAMES: '/nowhere', LD_LIBRARY_PATH: '' });
  expect(report).toEqual({ working: ['cpu'], required: { code: 'UNAVAILABLE' }, preferred: 'cpu' });
});
