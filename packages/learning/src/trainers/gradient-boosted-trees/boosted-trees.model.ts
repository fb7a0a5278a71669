import type { ParameterValues } from '../../parameters.ts';
import { sigmoid } from '../../sigmoid.ts';
import type { Table } from '../../table/table.ts';
import type { ModelDescription, TrainedModel } from '../../trainer.ts';
import { binTable, type BinnedColumn } from './binned-columns.ts';
import { exportTrees } from './export-trees.ts';
import { addTree, isLeaf, type Tree } from './tree.ts';

/** What boosting learned: a prior logit, trees to add to it, and the gain that each column brought. */
export interface BoostedTrees {
  readonly binned: readonly BinnedColumn[];
  readonly prior: number;
  /** Empty where no tree did better than the prior. */
  readonly trees: readonly Tree[];
  readonly gains: Float64Array;
  readonly parameters: ParameterValues;
  readonly validationLogLoss: number;
}

export class BoostedTreesModel implements TrainedModel {
  readonly #learned: BoostedTrees;

  constructor(learned: BoostedTrees) {
    this.#learned = learned;
  }

  /** Sums up in 32 bits and in the order of the exported graph: over thousands of trees, 64 bits would end elsewhere. */
  predict(table: Table): Float64Array {
    const { binned, trees, prior } = this.#learned;
    const rows = binTable(table, binned);
    const sums = new Float32Array(table.rows);
    for (const tree of trees) addTree(tree, rows, sums);
    return Float64Array.from(sums, (sum) => sigmoid(Math.fround(sum + prior)));
  }

  toOnnx(): Uint8Array<ArrayBuffer> {
    return exportTrees(this.#learned);
  }

  describe(): ModelDescription {
    const { trees, parameters, validationLogLoss } = this.#learned;
    return {
      trainer: 'gradient-boosted-trees',
      parameters,
      importance: this.#importance(),
      details: { trees: trees.length, leaves: trees.reduce((sum, tree) => sum + tree.filter(isLeaf).length, 0), validationLogLoss },
    };
  }

  /** The share of each feature, whatever columns it has, in the gain of all splits. */
  #importance(): Record<string, number> {
    const { binned, gains } = this.#learned;
    const total = gains.reduce((sum, gain) => sum + gain, 0);
    const importance: Record<string, number> = {};
    for (const [i, { feature }] of binned.entries()) {
      const { name } = feature.column;
      importance[name] = (importance[name] ?? 0) + (total === 0 ? 0 : (gains[i] ?? 0) / total);
    }
    return importance;
  }
}
