import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Measure } from '../measure.ts';

/** `npm test`, installed and built. */
export async function measureNpmTest(): Promise<Measure> {
  const start = performance.now();
  const child = spawn('npm', ['test', '-s'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`npm test ended with code ${code}`);
  return { what: 'npm test, warm', value: (performance.now() - start) / 1000, unit: 's', bar: { atMost: 240 } };
}
