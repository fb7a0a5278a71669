import { resolveParameters, type ParameterValues } from '../../parameters.ts';
import { seededRandom } from '../../random.ts';
import { meanLogLoss, priorLogit, sigmoid } from '../../sigmoid.ts';
import { stopIfAsked } from '../../stop-if-asked.ts';
import type { TrainOptions, Trainer, TrainerInput } from '../../trainer.ts';
import { BoostedTreesModel, type BoostedTrees } from './boosted-trees.model.ts';
import { binTable, fitFeatures } from './feature-matrix.ts';
import { TreeGrower } from './grow-tree.ts';
import type { Derivatives } from './histogram.ts';
import { BOOSTING_SPACE, type BoostingParameter } from './parameter-space.ts';
import { drawFeatures, drawRows } from './sampling.ts';
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
  const { binned, rows } = fitFeatures(train, features, { bins: parameters.bins, smoothing: parameters.categorySmoothing, seed: options.seed });
  const validationRows = binTable(validation, binned);
  const random = seededRandom(options.seed);
  const prior = Math.fround(priorLogit(train.label));
  const logits = new Float64Array(train.rows).fill(prior);
  const validationLogits = new Float64Array(validation.rows).fill(prior);
  const derivatives = { gradients: new Float32Array(train.rows), hessians: new Float32Array(train.rows) };
  const order = new Int32Array(train.rows);
  const grower = new TreeGrower(
    rows,
    binned.map(({ thresholds }) => thresholds.length + 1),
    parameters,
  );
  const trees: Tree[] = [];
  const gains: Float64Array[] = [];
  let best = { trees: 0, loss: Infinity };

  while (trees.length < parameters.trees) {
    stopIfAsked(options.signal);
    const trainLogLoss = differentiate(logits, train.label, derivatives);
    const drawn = drawRows(order, parameters.rowFraction, random);
    const grown = grower.grow(order, drawn, drawFeatures(features.length, parameters.featureFraction, random), derivatives);
    for (const { node, begin, end } of grown.leaves) addToRows(logits, order, begin, end, grown.tree.value[node] ?? 0);
    addTree(grown.tree, rows, logits, order, drawn, train.rows);
    addTree(grown.tree, validationRows, validationLogits);
    trees.push(grown.tree);
    gains.push(grown.gains);
    const loss = meanLogLoss(validationLogits, validation.label);
    if (loss < best.loss) best = { trees: trees.length, loss };
    options.onProgress?.(trees.length / parameters.trees, { trainLogLoss, validationLogLoss: loss });
    if (parameters.earlyStoppingRounds > 0 && trees.length - best.trees >= parameters.earlyStoppingRounds) break;
  }
  const kept = parameters.earlyStoppingRounds > 0 ? best.trees : trees.length;
  return { binned, prior, trees: trees.slice(0, kept), gains: sumGains(gains.slice(0, kept), features.length), parameters, validationLogLoss: best.loss };
}

/**
 * First and second derivatives of the log loss by the logit: p − y and p(1 − p). Returns the mean log loss, with one logarithm for
 * the product of many probabilities.
 */
function differentiate(logits: Float64Array, label: Uint8Array, { gradients, hessians }: Derivatives): number {
  let loss = 0;
  let product = 1;
  for (let i = 0; i < logits.length; i++) {
    const y = label[i] as number;
    const p = sigmoid(logits[i] as number);
    gradients[i] = p - y;
    hessians[i] = p * (1 - p);
    product *= Math.max(y === 1 ? p : 1 - p, 1e-100);
    if (product < 1e-200) {
      loss -= Math.log(product);
      product = 1;
    }
  }
  return (loss - Math.log(product)) / logits.length;
}

function addToRows(logits: Float64Array, rows: Int32Array, begin: number, end: number, value: number): void {
  for (let i = begin; i < end; i++) {
    const row = rows[i] as number;
    logits[row] = (logits[row] as number) + value;
  }
}

function sumGains(gains: readonly Float64Array[], features: number): Float64Array {
  const sum = new Float64Array(features);
  for (const tree of gains) for (let i = 0; i < features; i++) sum[i] = (sum[i] ?? 0) + (tree[i] ?? 0);
  return sum;
}
