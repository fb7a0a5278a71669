/** A request that is answered by the server itself. The connection is closed after it: where the next request begins is no longer certain. */
export class HttpRejection extends Error {
  override readonly name = 'HttpRejection';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
