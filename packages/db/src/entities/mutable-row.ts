import { UpdateDateColumn } from 'typeorm';
import { WorkspaceRow } from './workspace-row.ts';

/** A row of a workspace that changes after it was written. */
export abstract class MutableRow extends WorkspaceRow {
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt!: Date;
}
