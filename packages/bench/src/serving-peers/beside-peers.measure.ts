import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchmarkPart } from '../benchmark.ts';
import type { Measure } from '../measure.ts';
import { COLUMNS, smallPerceptron } from '../serving/bench-models.ts';
import { withNode, type BenchNode } from '../serving/bench-node.ts';
import { jsonBody, jsonText, rowsOf, type Body } from '../serving/bodies.ts';
import { measureRounds } from '../serving/rounds.ts';
import { runWrk, type WrkResult } from '../serving/wrk.ts';
import { environmentOf, startPeer, type RunningPeer } from './running-peer.ts';
import type { Peer, Variant } from './peers.ts';

const SECONDS = 2;
const CONNECTIONS = 64;
const MODEL = 'mlp';

/** One peer: its best way is found by a short load of each, then it and ours are loaded in turn. The same model, rows, cores and load; none keeps a log of its predictions. */
export function besidePeer(peer: Peer): BenchmarkPart {
  return {
    name: peer.name,
    measure: ({ note }) => {
      const bytes = smallPerceptron();
      environmentOf(peer);
      return withNode([{ name: MODEL, bytes, serving: { predictionLogShare: 0 } }], async function* (bench) {
        const model = join(bench.folder, 'mlp.onnx');
        await writeFile(model, bytes);
        const ours = await jsonBody(bench.folder, 1);
        const expected = scoreIn(await post(bench.inferUrl(MODEL), jsonText(1), bench.headers));
        await bench.wrk(MODEL, ours, { connections: CONNECTIONS, seconds: SECONDS });
        const variant = await bestVariant(peer, { note, bench, model, expected });
        const running = await startPeer(peer, variant, { folder: bench.folder, model, body: textOf(variant) });
        try {
          yield* compare({ bench, ours, running, theirs: await bodyOf(variant, bench.folder), title: `${await versionsOf(peer)}, ${variant.name}` });
        } finally {
          await running.stop();
        }
      });
    },
  };
}

async function* compare(sides: { bench: BenchNode; ours: Body; running: RunningPeer; theirs: Body; title: string }): AsyncIterable<Measure> {
  const { bench, running, theirs, title } = sides;
  const p99: Record<'ours' | 'theirs', number[]> = { ours: [], theirs: [] };
  const rateOf = async (side: keyof typeof p99, load: Promise<WrkResult>): Promise<number> => {
    const result = await load;
    p99[side].push(result.p99 / 1000);
    return result.requestsPerSecond;
  };
  await loadPeer(running, theirs);
  const rounds = await measureRounds({
    ours: () => rateOf('ours', bench.wrk(MODEL, sides.ours, { connections: CONNECTIONS, seconds: SECONDS })),
    theirs: () => rateOf('theirs', loadPeer(running, theirs)),
  });
  const [ours, peers] = [median(p99.ours), median(p99.theirs)];
  yield {
    what: `requests/s against ${title}${rounds.remark}`,
    value: rounds.ratio('ours', 'theirs'),
    unit: `× (${Math.round(rounds.median('ours')).toLocaleString('en')}/s)`,
    bar: { atLeast: 5 },
    peer: { what: 'theirs', value: rounds.median('theirs'), unit: '1/s' },
  };
  yield { what: `p99 against ${title}`, value: ours, unit: 'ms', bar: { atMost: peers }, peer: { what: 'theirs', value: peers, unit: 'ms' } };
}

async function bestVariant(
  peer: Peer,
  { note, bench, model, expected }: { note: (text: string) => void; bench: BenchNode; model: string; expected: number },
): Promise<Variant> {
  const rates = new Map<Variant, number>();
  for (const variant of peer.variants) {
    const running = await startPeer(peer, variant, { folder: bench.folder, model, body: textOf(variant) });
    try {
      const score = scoreIn(await post(running.url, textOf(variant)));
      if (Math.abs(score - expected) > 1e-4) throw new Error(`${peer.name} scores ${score} where we score ${expected}`);
      const body = await bodyOf(variant, bench.folder);
      await loadPeer(running, body);
      rates.set(variant, (await loadPeer(running, body)).requestsPerSecond);
    } finally {
      await running.stop();
    }
    note(`${peer.name}, ${variant.name}: ${Math.round(rates.get(variant) ?? 0)} requests/s`);
  }
  const [best] = [...rates].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  if (best === undefined) throw new Error(`${peer.name} has no variant`);
  return best;
}

function loadPeer(running: RunningPeer, body: Body): Promise<WrkResult> {
  return runWrk({ url: running.url, bodyFile: body.file, headers: body.headers, connections: CONNECTIONS, seconds: SECONDS });
}

function textOf({ body }: Variant): string {
  return body === 'OIP' ? jsonText(1) : JSON.stringify({ x: [Array.from(rowsOf(1), (value) => Number(value.toPrecision(7))).slice(0, COLUMNS)] });
}

async function bodyOf(variant: Variant, folder: string): Promise<Body> {
  const file = join(folder, `${variant.body}.peer.json`);
  await writeFile(file, textOf(variant));
  return { file, headers: { 'content-type': 'application/json' } };
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The one score of an answer: in `outputs[0].data` of the protocol, or the bare list. */
function scoreIn(answer: unknown): number {
  const list = Array.isArray(answer) ? answer : (answer as { readonly outputs: readonly [{ readonly data: readonly unknown[] }] }).outputs[0].data;
  return Number((list as readonly unknown[])[0]);
}

async function versionsOf(peer: Peer): Promise<string> {
  const code = `import importlib.metadata as m; print(', '.join(f"{p} {m.version(p)}" for p in ${JSON.stringify(peer.packages)}))`;
  const { stdout } = await promisify(execFile)(join(environmentOf(peer), 'bin', 'python'), ['-c', code]);
  return stdout.trim();
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
