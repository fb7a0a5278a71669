import type { JobName, JobStatus, QueueName, SerializedError } from '@millrace/contracts';
import { Column, Entity, Index } from 'typeorm';
import { MutableRow } from './mutable-row.ts';

/** One piece of slow work. This row owns the truth; the queue only delivers its id. `attempt` is the fencing token of whoever holds the lease. */
@Entity('job')
@Index(['workspaceId', 'dedupeKey'], { unique: true, where: "status = 'QUEUED' AND dedupe_key IS NOT NULL" })
@Index(['status', 'leaseExpiresAt'])
@Index(['status', 'availableAt'])
@Index(['workspaceId', 'parkedAt'], { where: 'parked_at IS NOT NULL' })
@Index(['finishedAt'])
export class Job extends MutableRow {
  static readonly kind = 'job';

  @Column('text') queue!: QueueName;
  @Column('text') name!: JobName;
  @Column('jsonb') payload!: unknown;
  @Column('text', { default: 'QUEUED' }) status!: JobStatus;
  @Column('int', { default: 0 }) attempt!: number;
  @Column('text', { nullable: true }) leaseHolder!: string | null;
  @Column('timestamptz', { nullable: true }) leaseExpiresAt!: Date | null;
  @Column('timestamptz', { nullable: true }) cancelRequestedAt!: Date | null;
  /** Since then the effect of the job may be there, so it cannot end without success before somebody has looked. Null again when it ended. */
  @Column('timestamptz', { nullable: true }) commitBegunAt!: Date | null;
  /** Since then the job is tried again for ever, slowly. Null again when it succeeds or is run again by hand. */
  @Column('timestamptz', { nullable: true }) parkedAt!: Date | null;
  /** Attempts that were made before the job was run again by hand. */
  @Column('int', { default: 0 }) retriedAfter!: number;
  /** Attempts since then that ended because their worker was stopped. */
  @Column('int', { default: 0 }) givenBack!: number;
  @Column('double precision', { default: 0 }) progress!: number;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('jsonb', { nullable: true }) result!: unknown;
  @Column('jsonb', { nullable: true }) error!: SerializedError | null;
  @Column('text', { nullable: true }) dedupeKey!: string | null;
  @Column('timestamptz', { default: () => 'now()' }) availableAt!: Date;
  @Column('timestamptz', { nullable: true }) startedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt!: Date | null;
}
