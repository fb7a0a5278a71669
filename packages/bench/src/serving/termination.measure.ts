import { setTimeout as delay } from 'node:timers/promises';
import { startServingNode } from '@millrace/testing';
import type { BenchmarkPart } from '../benchmark.ts';
import { trees, versionOf } from './bench-models.ts';
import { jsonText } from './bodies.ts';
import { WatchedLoad, type Outcome } from './watched-load.ts';

const TRIALS = 20;
const CLIENTS = 32;
const LOADED_MILLISECONDS = 500;

/**
 * SIGTERM in the middle of load. A request counts as accepted when its connection had answered before: it must get an answer, be it 503.
 * A client stops when its connection is refused.
 */
export const terminationPart: BenchmarkPart = {
  name: 'termination',
  measure: async function* ({ note }) {
    let clean = 0;
    let answered = 0;
    const lost: string[] = [];
    for (let trial = 0; trial < TRIALS; trial++) {
      const { code, outcomes } = await terminateUnderLoad();
      if (code === 0) clean += 1;
      else note(`trial ${trial + 1}: exit code ${code}`);
      answered += outcomes.filter(({ kind }) => kind === 'answered').length;
      lost.push(...outcomes.flatMap((outcome) => (outcome.kind === 'broken' && outcome.wasOpen ? [outcome.reason] : [])));
    }
    const reasons = [...new Set(lost)].join(', ');
    yield { what: `SIGTERM under load, exits with 0 of ${TRIALS}`, value: clean, unit: 'trials', bar: { atLeast: TRIALS } };
    yield {
      what: `SIGTERM under load, accepted requests without an answer${reasons === '' ? '' : ` (${reasons})`}`,
      value: lost.length,
      unit: 'requests',
      bar: { atMost: 0 },
      peer: { what: 'answered', value: answered, unit: 'requests' },
    };
  },
};

async function terminateUnderLoad(): Promise<{ code: number | null; outcomes: readonly Outcome[] }> {
  const bytes = trees(100, 6);
  const node = await startServingNode({
    prepare: (controlPlane) => {
      controlPlane.store(bytes);
      controlPlane.serve([versionOf(bytes, 'trees')]);
    },
  });
  const outcomes: Outcome[] = [];
  const load = new WatchedLoad({
    url: `${node.url}/v2/models/trees/infer`,
    headers: { authorization: `Bearer ${node.token}` },
    body: jsonText(4),
    clients: CLIENTS,
    onOutcome: (outcome) => {
      outcomes.push(outcome);
      return outcome.kind === 'answered';
    },
  });
  await delay(LOADED_MILLISECONDS);
  const code = await node.terminate();
  await load.ended();
  await node.stop();
  return { code, outcomes };
}
