import { describe, expect, it } from 'vitest';
import { beatsBaseline } from './offline-metric.ts';
import { pickVersion, requireTraffic, servedShare } from './traffic-split.ts';

const keys = Array.from({ length: 100_000 }, (_, i) => `flight-${i}`);
const split = (weight: number) => [
  { modelVersionId: 'a', weight: 100 - weight },
  { modelVersionId: 'b', weight },
];

const canary = (weight: number) => [{ modelVersionId: 'b', weight }];

describe('pickVersion', () => {
  it('spreads similar keys in proportion to the weights', () => {
    for (const weight of [1, 10, 50]) {
      const share = keys.filter((key) => pickVersion(split(weight), key) === 'b').length / keys.length;
      expect(Math.abs(share - weight / 100)).toBeLessThan(0.005);
    }
  });

  it('a key keeps its version, also while the canary grows', () => {
    for (const key of keys.slice(0, 2000)) {
      expect(pickVersion(split(10), key)).toBe(pickVersion(split(10), key));
      if (pickVersion(split(10), key) === 'b') expect(pickVersion(split(50), key)).toBe('b');
    }
  });

  it('sends nothing to a version of weight 0, and everything to one of weight 100', () => {
    expect(new Set(keys.map((key) => pickVersion(split(0), key)))).toEqual(new Set(['a']));
    expect(new Set(keys.map((key) => pickVersion(split(100), key)))).toEqual(new Set(['b']));
    expect(pickVersion([], 'x')).toBeUndefined();
  });

  it('without a live version, serves its share of the keys and leaves the rest alone', () => {
    const served = keys.filter((key) => pickVersion(canary(10), key) === 'b');
    expect(Math.abs(served.length / keys.length - 0.1)).toBeLessThan(0.005);
    expect(new Set(keys.map((key) => pickVersion(canary(10), key)))).toEqual(new Set(['b', undefined]));
    for (const weight of [50, 100]) expect(served.every((key) => pickVersion(canary(weight), key) === 'b')).toBe(true);
  });
});

describe('requireTraffic', () => {
  it.each([
    [
      'a sum above 100',
      [
        { modelVersionId: 'a', weight: 91 },
        { modelVersionId: 'b', weight: 10 },
      ],
    ],
    ['a sum of 0', [{ modelVersionId: 'a', weight: 0 }]],
    [
      'a fraction',
      [
        { modelVersionId: 'a', weight: 99.5 },
        { modelVersionId: 'b', weight: 0.5 },
      ],
    ],
    [
      'a negative weight',
      [
        { modelVersionId: 'a', weight: 101 },
        { modelVersionId: 'b', weight: -1 },
      ],
    ],
    [
      'a version named twice',
      [
        { modelVersionId: 'a', weight: 50 },
        { modelVersionId: 'a', weight: 50 },
      ],
    ],
    ['no version', []],
  ])('refuses %s', (_what, traffic) => {
    expect(() => requireTraffic(traffic)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('takes whole weights that add up to 100', () => {
    expect(() => requireTraffic(split(10))).not.toThrow();
  });

  it('takes less than 100, which is a first release in its canary', () => {
    expect(() => requireTraffic(canary(1))).not.toThrow();
    expect(servedShare(canary(1))).toBe(1);
    expect(servedShare(split(10))).toBe(100);
  });
});

describe('beatsBaseline', () => {
  it('goes by the direction of the metric, and never takes equal for better', () => {
    expect(beatsBaseline('auc', 0.7, 0.6)).toBe(true);
    expect(beatsBaseline('logLoss', 0.7, 0.6)).toBe(false);
    expect(beatsBaseline('brier', 0.1, 0.2)).toBe(true);
    expect(beatsBaseline('costPerThousand', 3985, 4952)).toBe(true);
    expect(beatsBaseline('costPerThousand', 5100, 4952)).toBe(false);
    expect(beatsBaseline('auc', 0.5, 0.5)).toBe(false);
  });
});
