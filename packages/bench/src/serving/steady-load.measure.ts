import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile } from '../measure.ts';
import { smallPerceptron } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { jsonBody } from './bodies.ts';
import { runH2Load } from './h2load.ts';

const CONNECTIONS = 16;
const SHARE = 0.7;
const EVERY_MILLISECONDS = 1000;

interface Sample {
  readonly mebibytes: number;
  readonly handles: number;
}

/**
 * One row of JSON at 70 % of what the node can take, for `--minutes`. After a warm-up of a quarter of the time, memory (resident) and
 * handles (open files and threads) of the first half of the rest are compared with those of the second.
 */
export const steadyLoadPart: BenchmarkPart = {
  name: 'steady-load',
  measure: ({ minutes, note }) =>
    withNode([{ name: 'mlp', bytes: smallPerceptron() }], async function* ({ node, folder, headers, inferUrl, wrk }) {
      const body = await jsonBody(folder, 1);
      await wrk('mlp', body, { connections: 64, seconds: 2 });
      const most = (await wrk('mlp', body, { connections: 64, seconds: 4 })).requestsPerSecond;
      note(`${minutes} minutes at ${Math.round(SHARE * most)} requests/s …`);
      const done = new AbortController();
      const samples = watch(node.pid, done.signal);
      const rate = await runH2Load({
        url: inferUrl('mlp'),
        protocol: 'h1',
        bodyFile: body.file,
        headers: { ...headers, ...body.headers },
        connections: CONNECTIONS,
        streams: 1,
        seconds: Math.round(minutes * 60),
        requestsPerSecond: SHARE * most,
      }).finally(() => done.abort());
      const measured = (await samples).slice(Math.floor((await samples).length / 4));
      note(`resident MiB: ${[0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => measuredAt(measured, eighth)).join(', ')}`);
      const middle = Math.ceil(measured.length / 2);
      const [start, end] = [floorOf(measured.slice(0, middle)), floorOf(measured.slice(-middle))];
      const load = `${minutes} min at ${Math.round(SHARE * 100)} % load (${Math.round(rate).toLocaleString('en')} requests/s)`;
      yield {
        what: `growth of resident memory, ${load}`,
        value: end.mebibytes - start.mebibytes,
        unit: `MiB (to ${end.mebibytes.toFixed(0)})`,
        bar: { atMost: 0.05 * start.mebibytes },
        peer: { what: 'after the warm-up', value: start.mebibytes, unit: 'MiB' },
      };
      yield {
        what: `growth of handles, ${load}`,
        value: end.handles - start.handles,
        unit: `handles (to ${end.handles})`,
        bar: { atMost: 0 },
        peer: { what: 'after the warm-up', value: start.handles, unit: 'handles' },
      };
    }),
};

async function watch(pid: number, stop: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!stop.aborted) {
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    const handles = (await readdir(`/proc/${pid}/fd`)).length + (await readdir(`/proc/${pid}/task`)).length;
    samples.push({ mebibytes: Number(resident) / 1024, handles });
    await delay(EVERY_MILLISECONDS);
  }
  return samples;
}

function measuredAt(samples: readonly Sample[], eighth: number): string {
  return (samples[Math.floor((eighth / 8) * samples.length)]?.mebibytes ?? 0).toFixed(0);
}

/** What is left when garbage was just collected: the tenth percentile of memory. Of handles the fewest: a segment of the prediction log is open now and then. */
function floorOf(samples: readonly Sample[]): Sample {
  return {
    mebibytes: quantile(
      samples.map(({ mebibytes }) => mebibytes),
      0.1,
    ),
    handles: Math.min(...samples.map(({ handles }) => handles)),
  };
}
