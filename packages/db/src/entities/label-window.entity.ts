import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { LabelBatch } from './label-batch.entity.ts';
import { Monitor } from './monitor.entity.ts';

/** A batch of labels holds labels for predictions of a window: to judge the window, its batches are read and no others. */
@Entity('label_window')
@ForeignKey(() => Monitor, ['workspaceId', 'monitorId'], ['workspaceId', 'id'])
@ForeignKey(() => LabelBatch, ['workspaceId', 'labelBatchId'], ['workspaceId', 'id'], { onDelete: 'CASCADE' })
@Index(['monitorId'])
@Index(['labelBatchId'])
export class LabelWindow {
  @Column('text') workspaceId!: string;
  @PrimaryColumn('text') monitorId!: string;
  @PrimaryColumn('timestamptz') windowStart!: Date;
  @PrimaryColumn('text') labelBatchId!: string;
}
