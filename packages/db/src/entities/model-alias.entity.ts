import { Column, Entity, ForeignKey, Index, Unique } from 'typeorm';
import { ModelVersion } from './model-version.entity.ts';
import { Model } from './model.entity.ts';
import { MutableRow } from './mutable-row.ts';

/** A movable name on a version of a model, such as `champion`. */
@Entity('model_alias')
@Unique(['modelId', 'name'])
@ForeignKey(() => Model, ['workspaceId', 'modelId'], ['workspaceId', 'id'])
@ForeignKey(() => ModelVersion, ['workspaceId', 'modelVersionId'], ['workspaceId', 'id'])
@Index(['modelVersionId'])
export class ModelAlias extends MutableRow {
  static readonly kind = 'modelAlias';

  @Column('text') modelId!: string;
  @Column('text') name!: string;
  @Column('text') modelVersionId!: string;
}
