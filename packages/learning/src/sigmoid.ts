/** The logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** The mean of -ln P(label), from logits: ln(1 + e^-z) for label 1, ln(1 + e^z) for label 0, without overflow. */
export function meanLogLoss(logits: Float64Array, label: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < logits.length; i++) {
    const margin = label[i] === 1 ? (logits[i] ?? 0) : -(logits[i] ?? 0);
    sum += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(-margin, 0);
  }
  return sum / logits.length;
}

/** The logit of the share of positive labels. */
export function priorLogit(label: Uint8Array): number {
  let positives = 0;
  for (let i = 0; i < label.length; i++) positives += label[i] ?? 0;
  return Math.log(positives / (label.length - positives));
}
