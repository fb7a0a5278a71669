import type { ParameterValues } from '../../parameters.ts';
import { sigmoid } from '../../sigmoid.ts';
import type { Table } from '../../table/table.ts';
import type { ModelDescription, TrainedModel } from '../../trainer.ts';
import { binTable, type BinnedFeature } from './feature-matrix.ts';
import { exportTrees } from './export-trees.ts';
import { addTree, type Tree } from './tree.ts';

/** What boosting learned: a prior logit, trees to add to it, and the gain that each feature brought. */
export interface BoostedTrees {
  readonly binned: readonly BinnedFeature[];
  readonly prior: number;
  readonly trees: readonly Tree[];
  readonly gains: Float64Array;
  readonly parameters: ParameterValues;
  readonly validationLogLoss: number;
}

export class BoostedTreesModel implements TrainedModel {
  private readonly learned: BoostedTrees;

  constructor(learned: BoostedTrees) {
    this.learned = learned;
  }

  predict(table: Table): Float64Array {
    const rows = binTable(table, this.learned.binned);
    const logits = new Float64Array(table.rows).fill(this.learned.prior);
    for (const tree of this.learned.trees) addTree(tree, rows, logits);
    return logits.map(sigmoid);
  }

  toOnnx(): Uint8Array<ArrayBuffer> {
    return exportTrees(this.learned);
  }

  describe(): ModelDescription {
    const { binned, gains, trees, parameters, validationLogLoss } = this.learned;
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    return {
      trainer: 'gradient-boosted-trees',
      parameters,
      importance: Object.fromEntries(binned.map(({ feature }, i) => [feature.column.name, total === 0 ? 0 : (gains[i] ?? 0) / total])),
      details: { trees: trees.length, leaves: trees.reduce((sum, tree) => sum + tree.feature.filter((feature) => feature < 0).length, 0), validationLogLoss },
    };
  }
}
