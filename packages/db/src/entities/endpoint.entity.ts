import type { Ensemble } from '@millrace/contracts';
import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import type { TrafficShare } from '@millrace/domain';
import type { ShadowVersion } from '../definitions/shadow-version.ts';
import { Environment } from './environment.entity.ts';
import { UseCase } from './use-case.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** A stable name that clients call, with the traffic split over model versions. Weights are percent and add up to 100; to less while the first release is a canary; or there are none. */
@Entity('endpoint')
@Unique(['workspaceId', 'name'])
@ForeignKey(() => Environment, ['workspaceId', 'environmentId'], ['workspaceId', 'id'])
@Index(['environmentId'])
@ForeignKey(() => UseCase, ['workspaceId', 'useCaseId'], ['workspaceId', 'id'])
@Index(['useCaseId'])
export class Endpoint extends MutableRow {
  static readonly kind = 'endpoint';

  @Column('text') name!: string;
  @Column('text') environmentId!: string;
  @Column('text') useCaseId!: string;
  @Column('jsonb', { default: () => "'[]'" }) traffic!: TrafficShare[];
  @Column('jsonb', { nullable: true }) shadow!: ShadowVersion | null;
  /** An endpoint with one has neither traffic nor a shadow. */
  @Column('jsonb', { nullable: true }) ensemble!: Ensemble | null;
}
