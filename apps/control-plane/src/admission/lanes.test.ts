import type { MillraceError } from '@millrace/contracts';
import { describe, expect, it } from 'vitest';
import { FairQueue, type Holder } from './fair-queue.ts';
import { Lanes, type LaneOptions, type Leave } from './lanes.ts';

const of = (workspaceId: string, tokenId = workspaceId): Holder => ({ workspaceId, tokenId });
const lane = (options: Partial<LaneOptions> = {}): LaneOptions => ({
  atMost: 4,
  perWorkspace: 4,
  perToken: 4,
  waiting: 100,
  waitingPerToken: 50,
  seconds: 60,
  ...options,
});
const refusal = (thrown: unknown): Pick<MillraceError, 'code' | 'retryable' | 'fields'> => thrown as MillraceError;

const three = (): Lanes<'FIRST' | 'SECOND' | 'THIRD'> =>
  new Lanes({ slots: 4, what: 'The house', lanes: { FIRST: lane(), SECOND: lane({ atMost: 3 }), THIRD: lane({ atMost: 2, atLeast: 1 }) } });

describe('a fair queue', () => {
  it('takes turns between workspaces, and between the tokens of each', () => {
    const queue = new FairQueue<string>();
    for (let i = 1; i <= 3; i++) queue.add(of('a', 'x'), `ax${i}`);
    for (let i = 1; i <= 2; i++) queue.add(of('a', 'y'), `ay${i}`);
    for (let i = 1; i <= 2; i++) queue.add(of('b'), `b${i}`);
    const order: (string | undefined)[] = [];
    while (queue.size > 0) order.push(queue.take(() => true));
    expect(order).toEqual(['ax1', 'b1', 'ay1', 'b2', 'ax2', 'ay2', 'ax3']);
  });

  it('passes over whoever may not, and forgets who left', () => {
    const queue = new FairQueue<string>();
    queue.add(of('a'), 'a1');
    queue.add(of('b'), 'b1');
    expect(queue.take(({ workspaceId }) => workspaceId !== 'a')).toBe('b1');
    queue.drop(of('a'), 'a1');
    expect(queue.take(() => true)).toBeUndefined();
    expect(queue.size).toBe(0);
  });
});

it('who stops waiting costs nobody his place', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2']) queue.add(of('a'), item);
  queue.add(of('b'), 'b1');
  queue.drop(of('a'), 'a2');
  expect([queue.take(() => true), queue.take(() => true), queue.size]).toEqual(['a1', 'b1', 0]);
});

describe('lanes', () => {
  it('keep the last slots for those who go first', async () => {
    const lanes = three();
    for (let i = 0; i < 2; i++) await lanes.enter('THIRD', of('a'));
    void lanes.enter('THIRD', of('a')).catch(() => undefined);
    expect([lanes.running('THIRD'), lanes.waiting('THIRD')]).toEqual([2, 1]);
    await lanes.enter('SECOND', of('a'));
    void lanes.enter('SECOND', of('a')).catch(() => undefined);
    expect([lanes.running('SECOND'), lanes.waiting('SECOND')]).toEqual([1, 1]);
    await lanes.enter('FIRST', of('a'));
    expect(lanes.running('FIRST')).toBe(1);
  });

  it('serve those who go first first, but each has its least', async () => {
    const lanes = three();
    const held: Leave[] = [];
    for (let i = 0; i < 4; i++) held.push(await lanes.enter('FIRST', of('a')));
    const order: string[] = [];
    for (const name of ['THIRD', 'SECOND', 'FIRST', 'THIRD'] as const) void lanes.enter(name, of('a')).then(() => order.push(name));
    for (const leave of held) leave();
    await expect.poll(() => order.length).toBe(3);
    expect(order).toEqual(['THIRD', 'FIRST', 'SECOND']);
  });

  it('give one workspace no more than its share while others could have the rest', async () => {
    const lanes = new Lanes({ slots: 4, what: 'The house', lanes: { ONLY: lane({ perWorkspace: 3, perToken: 2 }) } });
    for (let i = 0; i < 2; i++) await lanes.enter('ONLY', of('a', 'x'));
    void lanes.enter('ONLY', of('a', 'x')).catch(() => undefined);
    await lanes.enter('ONLY', of('a', 'y'));
    void lanes.enter('ONLY', of('a', 'y')).catch(() => undefined);
    expect([lanes.running('ONLY'), lanes.waiting('ONLY')]).toEqual([3, 2]);
    await lanes.enter('ONLY', of('b'));
    expect(lanes.running('ONLY')).toBe(4);
  });

  it('refuse who waits with too many, and who would wait too long, and say when to come back', async () => {
    const refused: string[] = [];
    const options = { atMost: 1, waiting: 2, waitingPerToken: 1, seconds: 0.01 };
    const lanes = new Lanes({ slots: 1, what: 'The house', lanes: { ONLY: lane(options) }, onRefused: (name) => refused.push(name) });
    const leave = await lanes.enter('ONLY', of('a'));
    const late = [lanes.enter('ONLY', of('a')).catch(refusal), lanes.enter('ONLY', of('b')).catch(refusal)];
    expect(() => lanes.enter('ONLY', of('a'))).toThrow(/waiting already/);
    expect(() => lanes.enter('ONLY', of('c'))).toThrow(/is busy/);
    for (const one of await Promise.all(late)) expect(one).toMatchObject({ code: 'UNAVAILABLE', retryable: true, fields: { retryAfterSeconds: 1 } });
    expect(refused).toEqual(['ONLY', 'ONLY', 'ONLY', 'ONLY']);
    leave();
    leave();
    await lanes.enter('ONLY', of('c'));
    expect(lanes.running('ONLY')).toBe(1);
  });

  it('whose queue one workspace has filled make room for another, at the cost of its last', async () => {
    const lanes = new Lanes({ slots: 1, what: 'The house', lanes: { ONLY: lane({ atMost: 1, waiting: 4, waitingPerToken: 2 }) } });
    const leave = await lanes.enter('ONLY', of('a'));
    const order: string[] = [];
    const wait = async (holder: Holder, name: string): Promise<void> => {
      try {
        const done = await lanes.enter('ONLY', holder);
        order.push(name);
        done();
      } catch (error) {
        order.push(`${name} ${refusal(error).code}`);
      }
    };
    const all = [wait(of('a', 'x'), 'x1'), wait(of('a', 'x'), 'x2'), wait(of('a', 'y'), 'y1'), wait(of('a', 'y'), 'y2')];
    all.push(wait(of('b'), 'b1'), wait(of('b', 'z'), 'z1'));
    expect(() => lanes.enter('ONLY', of('b', 'w'))).toThrow(/is busy/);
    leave();
    await Promise.all(all);
    expect(order.filter((name) => name.endsWith('UNAVAILABLE')).toSorted()).toEqual(['x2 UNAVAILABLE', 'y2 UNAVAILABLE']);
    expect(order.filter((name) => !name.endsWith('UNAVAILABLE'))).toEqual(['x1', 'b1', 'y1', 'z1']);
  });
});
