import type { DataSource } from 'typeorm';

export interface SweepTurn {
  readonly name: string;
  /** Names the process. */
  readonly holder: string;
  readonly everySeconds: number;
  /** Whoever holds the turn and dies loses it after so long. */
  readonly leaseSeconds: number;
}

const TAKE = `
  INSERT INTO sweep (name, holder, lease_expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
  ON CONFLICT (name) DO UPDATE SET holder = $2, lease_expires_at = now() + make_interval(secs => $3)
  WHERE sweep.lease_expires_at < now() AND (sweep.swept_at IS NULL OR sweep.swept_at < now() - make_interval(secs => $4))
  RETURNING name`;

const RENEW = `UPDATE sweep SET lease_expires_at = now() + make_interval(secs => $3) WHERE name = $1 AND holder = $2`;

const END = `UPDATE sweep SET lease_expires_at = now(), swept_at = now(), result = $3 WHERE name = $1 AND holder = $2`;

/**
 * Does a sweep where it is due and nobody else is at it; `undefined` otherwise. A sweep that fails is due again at once for
 * whoever comes next. The sweep calls `renew` between its steps.
 */
export async function takeSweepTurn<Result extends Readonly<Record<string, number>>>(
  dataSource: DataSource,
  { name, holder, everySeconds, leaseSeconds }: SweepTurn,
  sweep: (renew: () => Promise<void>) => Promise<Result>,
): Promise<Result | undefined> {
  const taken: unknown[] = await dataSource.query(TAKE, [name, holder, leaseSeconds, everySeconds]);
  if (taken.length === 0) return undefined;
  try {
    const result = await sweep(async () => {
      await dataSource.query(RENEW, [name, holder, leaseSeconds]);
    });
    await dataSource.query(END, [name, holder, JSON.stringify(result)]);
    return result;
  } catch (error) {
    await dataSource.query('UPDATE sweep SET lease_expires_at = now() WHERE name = $1 AND holder = $2', [name, holder]);
    throw error;
  }
}
