import { endpointOf, startServingNode, type ServingNode } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';
import { quantile } from '../measure.ts';
import { trees, versionOf } from './bench-models.ts';
import { jsonText } from './bodies.ts';
import { WatchedLoad, type Outcome } from './watched-load.ts';

const SWAPS = 100;
const ROWS = 4;
const CLIENTS = 16;

interface Answer {
  readonly model_version: string;
  readonly outputs: readonly [{ readonly data: readonly number[] }];
}

/**
 * A hundred new versions of 100 trees under load. The scores of version n lie between n and n + 1, so each answer shows which version
 * computed each of its rows; one that does not match the version it names, in any row, is mixed.
 */
export const hotSwapsPart: BenchmarkPart = {
  name: 'hot-swaps',
  measure: async function* () {
    const node = await startServingNode({ env: { HEARTBEAT_SECONDS: '0.05' }, prepare: (controlPlane) => assign(controlPlane, 1) });
    const failed: string[] = [];
    const milliseconds: number[] = [];
    let mixed = 0;
    const seen = new Set<string>();
    const load = new WatchedLoad({
      url: `${node.url}/v2/models/swapped/infer`,
      headers: { authorization: `Bearer ${node.token}` },
      body: jsonText(ROWS),
      clients: CLIENTS,
      onOutcome: (outcome) => {
        if (outcome.kind !== 'answered' || outcome.status !== 200) failed.push(JSON.stringify(outcome));
        else {
          milliseconds.push(outcome.milliseconds);
          const version = versionOfAnswer(outcome);
          if (version === undefined) mixed += 1;
          else seen.add(version);
        }
        return true;
      },
    });
    try {
      for (let swap = 2; swap <= SWAPS + 1; swap++) {
        assign(node.controlPlane, swap);
        await node.untilServed();
      }
    } finally {
      await load.stop();
      await node.stop();
    }
    const answered = {
      what: `answered, by ${seen.size} versions; p99 ${quantile(milliseconds, 0.99).toFixed(1)} ms`,
      value: milliseconds.length,
      unit: 'requests',
    };
    yield { what: `failed requests in ${SWAPS} hot swaps${sample(failed)}`, value: failed.length, unit: 'requests', bar: { atMost: 0 }, peer: answered };
    yield { what: `answers that mix versions in ${SWAPS} hot swaps`, value: mixed, unit: 'requests', bar: { atMost: 0 }, peer: answered };
    yield {
      what: 'versions that answered',
      value: seen.size,
      unit: 'versions',
      bar: { atLeast: SWAPS / 2 },
      peer: { what: 'assigned', value: SWAPS + 1, unit: 'versions' },
    };
  },
};

function assign(controlPlane: ServingNode['controlPlane'], number: number): void {
  const bytes = trees(100, 6, number);
  controlPlane.store(bytes);
  const version = versionOf(bytes, 'swapped', { version: number });
  controlPlane.assign({ versions: [version], endpoints: [endpointOf('swapped', version.modelVersionId)] });
}

/** The version that an answer names, or undefined when a row of it is from another one. */
function versionOfAnswer({ body }: Extract<Outcome, { kind: 'answered' }>): string | undefined {
  const { model_version: version, outputs } = JSON.parse(body) as Answer;
  const { data } = outputs[0];
  return data.length === ROWS && data.every((score) => Math.floor(score) === Number(version)) ? version : undefined;
}

function sample(failed: readonly string[]): string {
  return failed.length === 0 ? '' : ` (${failed[0]?.slice(0, 200)})`;
}
