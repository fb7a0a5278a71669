import { ModelAlias, Release, type ModelVersion } from '@millrace/db';
import { describe, expect, it } from 'vitest';
import { releaseScenes, CHECKED, GOOD } from '../fixtures/release-scenes.fixture.ts';
import type { NodeBehaviour, PerBeat } from '../fixtures/simulated-node.fixture.ts';

const scenes = releaseScenes();
const { sceneOf, advance, stepsOf, kindsOf, trafficOf, reload } = scenes;

describe('a canary', () => {
  it('that fails too often is rolled back and the traffic restored', async () => {
    const scene = await sceneOf({
      node: (candidate) => ({ perBeat: (id) => (id === candidate.id ? { requests: 2, errors: 1 } : { requests: 9, errors: 0 }) }),
    });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect(await kindsOf(scene)).toEqual([...CHECKED, 'canary FAILED', 'roll-back PASSED']);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
    expect((await reload(scene)).reason).toMatch(/^canary: \d+ of \d+ requests failed, of the live version 0 of \d+ over the same time$/);
    expect(await scenes.database().dataSource.manager.countBy(ModelAlias, { modelId: scene.candidate.modelId })).toBe(0);
  });

  it('of a first release that fails too often leaves the endpoint without traffic, as it was', async () => {
    const scene = await sceneOf({ live: false, node: { perBeat: { requests: 2, errors: 1 } } });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect((await stepsOf(scene)).slice(4)).toMatchObject([
      { status: 'FAILED', evidence: { weight: 10, incumbent: null } },
      { kind: 'roll-back', evidence: { traffic: [] } },
    ]);
    expect(await trafficOf(scene)).toEqual([]);
  });

  it('outlives a node that cannot load for a passing reason', async () => {
    const scene = await sceneOf({ node: (candidate) => ({ stumblesOver: candidate.id, perBeat: GOOD }) });
    expect(await advance(scene)).toBe('PROMOTED');
  });

  it('that a node cannot load is rolled back with the reason of the node', async () => {
    const scene = await sceneOf({ node: (candidate) => ({ refuses: candidate.id }) });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect((await reload(scene)).reason).toMatch(/^canary: Node .* cannot serve the model version: no such operator$/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
  });

  it('that takes five times as long as the live version is rolled back', async () => {
    const scene = await sceneOf({
      node: (candidate) => ({ perBeat: (id) => ({ requests: 20, errors: 0, latencyBucket: id === candidate.id ? 30 : 20 }) }),
    });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    expect((await reload(scene)).reason).toMatch(
      /^canary: It takes more than 1.5 times as long as the live version over the same time; 0 of \d+ requests failed/,
    );
  });

  it('as good as a poor live version is promoted, and one five times worse than a good one is not, though it is within the rate of the step', async () => {
    const asPoor = await sceneOf({ node: { perBeat: { requests: 400, errors: 40 } } });
    expect(await advance(asPoor)).toBe('PROMOTED');
    const policy = { canarySteps: [{ weight: 10, minimumRequests: 5, holdSeconds: 0, maximumErrorRate: 0.05 }] };
    const worse = await sceneOf({
      policy,
      node: (candidate) => ({ perBeat: (id) => (id === candidate.id ? { requests: 500, errors: 5 } : { requests: 4500, errors: 9 }) }),
    });
    expect(await advance(worse)).toBe('ROLLED_BACK');
  });

  describe('that shows nothing', () => {
    /** So many requests of each version once the step is under way, and then no more. */
    function budgetOf(left: Record<string, number>): (modelVersionId: string) => PerBeat {
      return (modelVersionId) => {
        const requests = isUnderWay ? (left[modelVersionId] ?? 0) : 0;
        if (isUnderWay) left[modelVersionId] = 0;
        return { requests, errors: 0 };
      };
    }
    let isUnderWay = false;
    const cases: [string, (candidate: ModelVersion, live: ModelVersion | undefined) => NodeBehaviour, RegExp][] = [
      ['without a request', () => ({}), /^0 of 0 requests failed, of the live version 0 of 0: the step needs 5$/],
      [
        'with too few',
        (candidate, live) => ({ perBeat: budgetOf({ [candidate.id]: 20, [live?.id ?? '']: 180 }) }),
        /^0 of 20 requests failed, of the live version 0 of 180: too few to tell/,
      ],
      ['beside a live version that answers nothing', (candidate) => ({ perBeat: budgetOf({ [candidate.id]: 500 }) }), /answered none in this time/],
      ['by statistics that cannot be read', () => ({ says: { versions: 'many' } }), /the statistics of node .* cannot be read \(countedSince: /],
      ['by statistics that lack the candidate', () => ({ says: { countedSince: 'now', versions: [], routed: [] } }), /has no statistics of it$/],
    ];
    it.each(cases)('%s is inconclusive, keeps its share, and waits for a person, who promotes or rolls back', async (_what, node, reason) => {
      for (const [decision, status] of [
        ['PROMOTE', 'PROMOTED'],
        ['ROLL_BACK', 'ROLLED_BACK'],
      ] as const) {
        isUnderWay = false;
        const scene = await sceneOf({ node });
        const done = advance(scene);
        await expect.poll(() => kindsOf(scene)).toEqual([...CHECKED, 'canary INCONCLUSIVE']);
        isUnderWay = true;
        await expect.poll(async () => (await stepsOf(scene))[4]?.evidence['reason']).toMatch(reason);
        expect(await trafficOf(scene)).toMatchObject([{ modelVersionId: scene.candidate.id, weight: 10 }, { weight: 90 }]);
        const { manager } = scenes.database().dataSource;
        await manager.update(Release, { id: scene.release.id }, { decision: { decision, reason: 'it is late', decidedAt: '2026-12-01T00:00:00Z' } });
        expect(await done).toBe(status);
        expect((await stepsOf(scene))[4]?.evidence).toMatchObject({
          decision,
          reason: expect.stringMatching(/^A person (promotes|rolls) it( back)?: it is late$/),
        });
      }
    });

    it('goes on when more traffic comes', async () => {
      let requests = 0;
      const scene = await sceneOf({ node: { perBeat: () => ({ requests, errors: 0 }) } });
      const done = advance(scene);
      await expect.poll(() => kindsOf(scene)).toEqual([...CHECKED, 'canary INCONCLUSIVE']);
      requests = 1000;
      expect(await done).toBe('PROMOTED');
    });
  });

  it('whose sessions die is rolled back, though without traffic it has no errors any more', async () => {
    const scene = await sceneOf({
      policy: { canarySteps: [{ weight: 10, minimumRequests: 1_000_000, holdSeconds: 0, maximumErrorRate: 0.05 }] },
      node: (candidate) => ({ perBeat: { requests: 1, errors: 0 }, losesAfter: { modelVersionId: candidate.id, requests: 3 } }),
    });
    expect(await advance(scene)).toBe('ROLLED_BACK');
    // Told by the canary, or by the wait for the nodes before it where the sessions died sooner than that.
    expect((await reload(scene)).reason).toMatch(/^canary: .*its sessions end again and again/);
    expect(await trafficOf(scene)).toEqual([{ modelVersionId: scene.live?.id, weight: 100 }]);
  });
});
