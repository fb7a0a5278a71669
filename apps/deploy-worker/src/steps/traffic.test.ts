import { expect, test } from 'vitest';
import { incumbentOf, splitWithCandidate } from './traffic.ts';

test('the candidate takes its weight and the others keep their proportions, adding up to 100', () => {
  const previous = [
    { modelVersionId: 'a', weight: 67 },
    { modelVersionId: 'b', weight: 33 },
  ];
  for (const weight of [1, 10, 33, 50, 99]) {
    const split = splitWithCandidate(previous, 'c', weight);
    expect(split[0]).toEqual({ modelVersionId: 'c', weight });
    expect(split.reduce((sum, share) => sum + share.weight, 0)).toBe(100);
  }
  expect(splitWithCandidate(previous, 'c', 10)).toEqual([
    { modelVersionId: 'c', weight: 10 },
    { modelVersionId: 'a', weight: 61 },
    { modelVersionId: 'b', weight: 29 },
  ]);
});

test('where nothing is live the candidate takes its weight alone, and requests that nobody served stay that way', () => {
  expect(splitWithCandidate([], 'c', 10)).toEqual([{ modelVersionId: 'c', weight: 10 }]);
  expect(splitWithCandidate([{ modelVersionId: 'c', weight: 10 }], 'c', 50)).toEqual([{ modelVersionId: 'c', weight: 50 }]);
  expect(splitWithCandidate([{ modelVersionId: 'a', weight: 10 }], 'c', 10)).toEqual([
    { modelVersionId: 'c', weight: 10 },
    { modelVersionId: 'a', weight: 9 },
  ]);
});

test('a candidate that has all of the traffic keeps it', () => {
  expect(splitWithCandidate([{ modelVersionId: 'c', weight: 100 }], 'c', 10)).toEqual([{ modelVersionId: 'c', weight: 100 }]);
});

test('the incumbent is the other version with most traffic, and there is none on a first release', () => {
  expect(
    incumbentOf(
      [
        { modelVersionId: 'a', weight: 30 },
        { modelVersionId: 'b', weight: 70 },
      ],
      'c',
    ),
  ).toBe('b');
  expect(
    incumbentOf(
      [
        { modelVersionId: 'a', weight: 0 },
        { modelVersionId: 'c', weight: 100 },
      ],
      'c',
    ),
  ).toBeNull();
  expect(incumbentOf([], 'c')).toBeNull();
});
