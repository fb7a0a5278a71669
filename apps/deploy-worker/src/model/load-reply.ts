/** A tensor as ONNX Runtime names it: its type in ONNX Runtime's words, an open dimension as -1. */
export interface GraphTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

/** What the loading thread answers. */
export type LoadReply =
  | { readonly kind: 'loaded'; readonly inputs: readonly GraphTensor[]; readonly outputs: readonly GraphTensor[] }
  | { readonly kind: 'failed'; readonly reason: string };
