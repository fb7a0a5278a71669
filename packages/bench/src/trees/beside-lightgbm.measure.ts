import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vegaFlightsFile } from '@millrace/example-flight-delays';
import { trainerNamed } from '@millrace/learning';
import { auc } from '@millrace/statistics';
import type { BenchmarkPart } from '../benchmark.ts';
import type { Measure } from '../measure.ts';
import { PEERS } from '../serving-peers/peers.ts';
import { environmentOf } from '../serving-peers/running-peer.ts';
import { readTreeSet, type TreeTask } from './tree-set.ts';

/** The most that our AUC may lie below, and the most processor time that we may take, in times of LightGBM's. */
const AUC_BELOW = 0.002;
const TIMES_SLOWER = 2;

interface Trained {
  readonly auc: readonly number[];
  readonly seconds: readonly number[];
}

/** One set: the same rows train, stop early and test; the parameters are the defaults of both, on one thread. AUC is the mean over the splits. */
export function besideLightgbm(name: string): BenchmarkPart {
  return {
    name,
    measure: async function* () {
      const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-trees-'));
      try {
        const file = join(folder, 'set.json');
        const theirs = await trainLightgbm(name, file);
        yield* compare(name, trainOurs(await readTreeSet(file)), theirs);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function* compare(name: string, ours: Trained, theirs: Trained & { readonly version: string }): Iterable<Measure> {
  const [our, their] = [mean(ours.auc), mean(theirs.auc)];
  const what = `LightGBM ${theirs.version}`;
  yield {
    what: `${name}: AUC below LightGBM's (ours ${our.toFixed(4)})`,
    value: their - our,
    unit: '',
    bar: { atMost: AUC_BELOW },
    peer: { what, value: their, unit: 'AUC' },
  };
  const [seconds, peerSeconds] = [mean(ours.seconds), mean(theirs.seconds)];
  yield {
    what: `${name}: processor time of a training (${seconds.toFixed(3)} s)`,
    value: seconds / peerSeconds,
    unit: '×',
    bar: { atMost: TIMES_SLOWER },
    peer: { what, value: peerSeconds, unit: 's' },
  };
}

function trainOurs(tasks: readonly TreeTask[]): Trained {
  const trainer = trainerNamed('gradient-boosted-trees');
  const trained = tasks.map((task) => {
    const start = process.cpuUsage();
    const model = trainer.train(task, { seed: 1 });
    const { user, system } = process.cpuUsage(start);
    return { auc: auc(model.predict(task.test), task.test.label), seconds: (user + system) / 1e6 };
  });
  return { auc: trained.map((each) => each.auc), seconds: trained.map(({ seconds }) => seconds) };
}

async function trainLightgbm(name: string, file: string): Promise<Trained & { readonly version: string }> {
  const python = join(environmentOf({ name: 'lightgbm' }), 'bin', 'python');
  const { stdout } = await promisify(execFile)(python, [join(PEERS, 'trees', 'lightgbm_trees.py'), name, file], {
    env: { ...process.env, VEGA_FLIGHTS: vegaFlightsFile(), OMP_NUM_THREADS: '1' },
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Trained & { readonly version: string };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
