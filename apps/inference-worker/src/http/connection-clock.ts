import type { HttpLimits } from './http-limits.ts';

/** What a connection is waiting for. `busy` waits for us. */
export type ConnectionStage = 'idle' | 'head' | 'body' | 'busy' | 'write' | 'linger';

/**
 * Time in ticks of one timer for all connections, so that a request arms none. A process that was blocked makes up for no tick: what had arrived meanwhile is read
 * before anybody is cut off.
 */
export class ConnectionClock {
  /** Ticks so far. */
  now = 0;
  readonly tickMilliseconds: number;
  private readonly ticks: Readonly<Record<ConnectionStage, number>>;

  constructor(limits: HttpLimits) {
    const { idleMilliseconds, headMilliseconds, bodyMilliseconds, writeMilliseconds, lingerMilliseconds } = limits;
    const shortest = Math.min(idleMilliseconds, headMilliseconds, bodyMilliseconds, writeMilliseconds, lingerMilliseconds);
    this.tickMilliseconds = Math.min(Math.max(shortest / 4, 5), 1000);
    const inTicks = (milliseconds: number): number => Math.ceil(milliseconds / this.tickMilliseconds);
    this.ticks = {
      idle: inTicks(idleMilliseconds),
      head: inTicks(headMilliseconds),
      body: inTicks(bodyMilliseconds),
      write: inTicks(writeMilliseconds),
      linger: inTicks(lingerMilliseconds),
      busy: Infinity,
    };
  }

  /** Whether more than the time of a stage has passed since a tick. */
  isOver(stage: ConnectionStage, since: number): boolean {
    return this.now - since > this.ticks[stage];
  }
}
