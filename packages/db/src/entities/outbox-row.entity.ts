import type { JobName, QueueName } from '@millrace/contracts';
import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Job } from './job.entity.ts';

/** A delivery that the relay still owes to a queue: written in the transaction that wrote or requeued the job. `id` only orders. */
@Entity('outbox')
@Index(['id'], { where: 'published_at IS NULL' })
@Index(['jobId'])
@Index(['publishedAt'])
export class OutboxRow {
  @PrimaryGeneratedColumn('increment', { type: 'bigint' }) id!: string;
  @ForeignKey(() => Job, { onDelete: 'CASCADE' })
  @Column('text')
  jobId!: string;
  @Column('text') queue!: QueueName;
  @Column('text') name!: JobName;
  @Column('int', { default: 0 }) delayMilliseconds!: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt!: Date;
  @Column('timestamptz', { nullable: true }) publishedAt!: Date | null;
}
