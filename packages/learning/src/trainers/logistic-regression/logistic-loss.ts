import { meanLogLoss, sigmoid } from '../../sigmoid.ts';
import type { DesignColumn } from './design-columns.ts';

/** The logit of each row. */
export function logitsOf(columns: readonly DesignColumn[], weights: Float64Array, rows: number): Float64Array {
  const logits = new Float64Array(rows).fill(weights[0] ?? 0);
  for (const { kind, values, offset } of columns) {
    if (kind === 'category') addWeights(logits, values, weights.subarray(offset));
    else addProducts(logits, values, weights[offset] ?? 0, weights[offset + 1] ?? 0);
  }
  return logits;
}

/** Mean log loss plus λ/2n · |w|² (the intercept is free), and its gradient, which is written into `gradient`. */
export function logisticLoss(columns: readonly DesignColumn[], label: Uint8Array, weights: Float64Array, l2: number, gradient: Float64Array): number {
  const rows = label.length;
  const logits = logitsOf(columns, weights, rows);
  let loss = meanLogLoss(logits, label);
  const residuals = logits;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const residual = (sigmoid(logits[i] as number) - (label[i] as number)) / rows;
    residuals[i] = residual;
    sum += residual;
  }
  gradient.fill(0);
  gradient[0] = sum;
  for (const { kind, values, offset } of columns) {
    if (kind === 'category') sumBySlot(residuals, values, gradient.subarray(offset));
    else sumProducts(residuals, values, gradient.subarray(offset, offset + 2));
  }
  for (let i = 1; i < weights.length; i++) {
    const weight = weights[i] as number;
    loss += ((l2 / rows) * weight * weight) / 2;
    gradient[i] = (gradient[i] as number) + (l2 / rows) * weight;
  }
  return loss;
}

/**
 * The square root of the curvature of the loss along each weight, up to one common factor: the mean square of the weight's column, and
 * its penalty. Weights divided by it are alike to the optimiser, however rare their category is.
 */
export function curvatureScales(columns: readonly DesignColumn[], rows: number, weights: number, l2: number): Float64Array {
  const share = new Float64Array(rows).fill(1 / rows);
  const scales = new Float64Array(weights);
  scales[0] = 1;
  for (const { kind, values, offset } of columns) {
    if (kind === 'category') sumBySlot(share, values, scales.subarray(offset));
    else
      sumProducts(
        share,
        values.map((value) => value * value),
        scales.subarray(offset, offset + 2),
      );
  }
  return scales.map((curvature, i) => (i === 0 ? 1 : Math.sqrt(curvature + Math.max(l2, 1) / rows)));
}

function addWeights(logits: Float64Array, slots: Float32Array, weights: Float64Array): void {
  for (let i = 0; i < logits.length; i++) logits[i] = (logits[i] as number) + (weights[slots[i] as number] as number);
}

function addProducts(logits: Float64Array, values: Float32Array, weight: number, missingWeight: number): void {
  for (let i = 0; i < logits.length; i++) {
    const value = values[i] as number;
    logits[i] = (logits[i] as number) + (Number.isNaN(value) ? missingWeight : value * weight);
  }
}

function sumBySlot(residuals: Float64Array, slots: Float32Array, sums: Float64Array): void {
  for (let i = 0; i < residuals.length; i++) {
    const slot = slots[i] as number;
    sums[slot] = (sums[slot] as number) + (residuals[i] as number);
  }
}

function sumProducts(residuals: Float64Array, values: Float32Array, sums: Float64Array): void {
  let known = 0;
  let missing = 0;
  for (let i = 0; i < residuals.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) missing += residuals[i] as number;
    else known += value * (residuals[i] as number);
  }
  sums[0] = known;
  sums[1] = missing;
}
