import type { LogLevel } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Job } from './job.entity.ts';

/** One line of the log of a job. `id` is a bigint kept as text: it only orders. */
@Entity('job_log')
@Index(['jobId', 'id'])
@Index(['at'])
export class JobLogLine {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) id!: string;
  @ForeignKey(() => Job, { onDelete: 'CASCADE' })
  @Column('text')
  jobId!: string;
  @Column('int') attempt!: number;
  @Column('timestamptz') at!: Date;
  @Column('text') level!: LogLevel;
  @Column('text') message!: string;
  @Column('jsonb', { default: () => "'{}'" }) fields!: Readonly<Record<string, unknown>>;
}
