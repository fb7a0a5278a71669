/** A text that is not plain: the reader of texts says what it is. */
export class Unplain extends Error {
  override readonly name: string = 'Unplain';
}
