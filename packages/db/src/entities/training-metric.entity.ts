import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { TrainingRun } from './training-run.entity.ts';

/** One value of one metric at one step of a training run, as it streamed in. */
@Entity('training_metric')
export class TrainingMetric {
  @ForeignKey(() => TrainingRun, { onDelete: 'CASCADE' })
  @PrimaryColumn('text')
  trainingRunId!: string;
  @PrimaryColumn('text') name!: string;
  @PrimaryColumn('int') step!: number;
  @Column('double precision') value!: number;
  @Column('timestamptz', { default: () => 'now()' }) recordedAt!: Date;
}
