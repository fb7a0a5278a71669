/** The logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * The mean of -ln P(label), from logits: ln(1 + e^-z) for label 1, ln(1 + e^z) for label 0, without overflow.
 * Logarithms are taken of products of many rows at once, which is several times faster than one per row.
 */
export function meanLogLoss(logits: Float64Array, label: Uint8Array): number {
  let sum = 0;
  let product = 1;
  for (let i = 0; i < logits.length; i++) {
    const margin = label[i] === 1 ? (logits[i] as number) : -(logits[i] as number);
    product *= 1 + Math.exp(-Math.abs(margin));
    if (margin < 0) sum -= margin;
    if (product > 1e200) {
      sum += Math.log(product);
      product = 1;
    }
  }
  return (sum + Math.log(product)) / logits.length;
}

/** The logit of the share of positive labels. */
export function priorLogit(label: Uint8Array): number {
  let positives = 0;
  for (let i = 0; i < label.length; i++) positives += label[i] ?? 0;
  return Math.log(positives / (label.length - positives));
}
