import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sweep that one process at a time does, every so often: who does it, when it was done last, and what it did. */
@Entity('sweep')
export class Sweep {
  @PrimaryColumn('text') name!: string;
  @Column('text') holder!: string;
  @Column('timestamptz') leaseExpiresAt!: Date;
  @Column('timestamptz', { nullable: true }) sweptAt!: Date | null;
  @Column('jsonb', { nullable: true }) result!: Readonly<Record<string, number>> | null;
}
