/** Thrown by a rule: the operator lets rows see each other, or may. The message is a clause about the node. */
export class RowsMixed extends Error {
  override readonly name = 'RowsMixed';
}
