import { resolveParameters, type ParameterValues } from '../../parameters.ts';
import { seededRandom } from '../../random.ts';
import { meanLogLoss, priorLogit, sigmoid } from '../../sigmoid.ts';
import { stopIfAsked } from '../../stop-if-asked.ts';
import type { TrainOptions, Trainer, TrainerInput } from '../../trainer.ts';
import { binCount, binTable, fitColumns, type BinnedColumn } from './binned-columns.ts';
import type { BinnedRows } from './binned-rows.ts';
import { BoostedTreesModel, type BoostedTrees } from './boosted-trees.model.ts';
import { TreeGrower, type GrownTree } from './grow-tree.ts';
import { histogramLayout, type Derivatives } from './histogram.ts';
import { BOOSTING_SPACE, type BoostingParameter } from './parameter-space.ts';
import { drawColumns, drawRows } from './sampling.ts';
import { addTree, type Tree } from './tree.ts';

/** Boosted regression trees on the log loss, with histograms of at most 255 bins, grown leaf by leaf (after LightGBM, Ke et al. 2017). */
export const gradientBoostedTreesTrainer: Trainer = {
  name: 'gradient-boosted-trees',
  space: BOOSTING_SPACE,
  train(input, options) {
    const parameters = resolveParameters<BoostingParameter>('gradient-boosted-trees', BOOSTING_SPACE, options.parameters);
    return new BoostedTreesModel(boost(input, parameters, options));
  },
};

function boost({ train, validation, features }: TrainerInput, parameters: ParameterValues<BoostingParameter>, options: TrainOptions): BoostedTrees {
  const { bins, targetSmoothing: smoothing, rowFraction, featureFraction } = parameters;
  const { binned, rows } = fitColumns(train, features, { bins, smoothing, seed: options.seed });
  const validationRows = binTable(validation, binned);
  const random = seededRandom(options.seed);
  const prior = Math.fround(priorLogit(train.label));
  const logits = new Float64Array(train.rows).fill(prior);
  const validationLogits = new Float64Array(validation.rows).fill(prior);
  const derivatives = new Float32Array(2 * train.rows);
  const order = new Int32Array(train.rows);
  const grower = growerOf(rows, binned, parameters);
  const trees: Tree[] = [];
  const gains: Float64Array[] = [];
  let loss = meanLogLoss(validationLogits, validation.label);
  let best = { trees: 0, loss };

  while (trees.length < parameters.trees) {
    stopIfAsked(options.signal);
    const trainLogLoss = differentiate(logits, train.label, derivatives);
    const drawn = drawRows(order, rowFraction, random);
    const grown = grower.grow(order, drawn, drawColumns(binned.length, featureFraction, random), derivatives);
    // Another draw may find a split where this one did not; the same rows and columns will not.
    if (grown.leaves.length === 1 && rowFraction === 1 && featureFraction === 1) break;
    addToRows(logits, order, grown);
    addTree(grown.tree, rows, logits, order, drawn, train.rows);
    addTree(grown.tree, validationRows, validationLogits);
    trees.push(grown.tree);
    gains.push(grown.gains);
    loss = meanLogLoss(validationLogits, validation.label);
    if (loss < best.loss) best = { trees: trees.length, loss };
    options.onProgress?.(trees.length / parameters.trees, { trainLogLoss, validationLogLoss: loss });
    if (parameters.earlyStoppingRounds > 0 && trees.length - best.trees >= parameters.earlyStoppingRounds) break;
  }
  if (trees.length === 0) options.onProgress?.(1, { validationLogLoss: loss });
  const kept = parameters.earlyStoppingRounds > 0 ? best : { trees: trees.length, loss };
  return {
    binned,
    prior,
    trees: trees.slice(0, kept.trees),
    gains: sumGains(gains.slice(0, kept.trees), binned.length),
    parameters,
    validationLogLoss: kept.loss,
  };
}

function growerOf(rows: BinnedRows, binned: readonly BinnedColumn[], parameters: ParameterValues<BoostingParameter>): TreeGrower {
  const columns = { ...histogramLayout(binned.map(binCount)), isCategory: binned.map(({ kind }) => kind === 'category') };
  return new TreeGrower(rows, columns, parameters);
}

/**
 * First and second derivatives of the log loss by the logit: p − y and p(1 − p). Returns the mean log loss, with one logarithm for
 * the product of many probabilities.
 */
function differentiate(logits: Float64Array, label: Uint8Array, derivatives: Derivatives): number {
  let loss = 0;
  let product = 1;
  for (let i = 0; i < logits.length; i++) {
    const y = label[i] as number;
    const p = sigmoid(logits[i] as number);
    derivatives[2 * i] = p - y;
    derivatives[2 * i + 1] = p * (1 - p);
    product *= Math.max(y === 1 ? p : 1 - p, 1e-100);
    if (product < 1e-200) {
      loss -= Math.log(product);
      product = 1;
    }
  }
  return (loss - Math.log(product)) / logits.length;
}

function addToRows(logits: Float64Array, rows: Int32Array, { leaves }: GrownTree): void {
  for (const { begin, end, value } of leaves) {
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      logits[row] = (logits[row] as number) + value;
    }
  }
}

function sumGains(gains: readonly Float64Array[], columns: number): Float64Array {
  const sum = new Float64Array(columns);
  for (const tree of gains) for (let i = 0; i < columns; i++) sum[i] = (sum[i] ?? 0) + (tree[i] ?? 0);
  return sum;
}
