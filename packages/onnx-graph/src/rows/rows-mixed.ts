/** Thrown by a rule: the operator lets rows see each other, or may. The message is a clause about the node. */
export class RowsMixed extends Error {
  override readonly name = 'RowsMixed';
  /** Whether what it gives is not the same in every run even where all its inputs are. */
  readonly isOfConstants: boolean;

  constructor(message: string, { isOfConstants = false }: { readonly isOfConstants?: boolean } = {}) {
    super(message);
    this.isOfConstants = isOfConstants;
  }
}
