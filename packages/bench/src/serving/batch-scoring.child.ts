import { readFile } from 'node:fs/promises';
import type { ScoringTask } from './batch-scoring.measure.ts';

/** What this process uses of the worker: the whole of batch scoring but the queue. */
interface ScoringModule {
  scoreDataset(request: object): Promise<{ readonly rows: number; readonly rejected: number }>;
}

const extension = import.meta.url.endsWith('.ts') ? { folder: 'src', suffix: 'ts' } : { folder: 'dist', suffix: 'js' };
const entry = new URL(`../../../../apps/inference-worker/${extension.folder}/scoring/score-dataset.${extension.suffix}`, import.meta.url);
const { scoreDataset } = (await import(entry.href)) as ScoringModule;
const { threads, ...task } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ScoringTask;

const start = performance.now();
const { rows, rejected } = await scoreDataset({
  ...task,
  threads,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  logger: { info: () => undefined, warn: () => undefined },
});
process.send?.({ rows, rejected, seconds: (performance.now() - start) / 1000 });
process.disconnect();
