import { MillraceError } from '@millrace/contracts';

/** What one request may take at most. */
export interface BudgetLimits {
  /** Bytes of values that are answered. */
  readonly answerBytes: number;
  /** Rows that are read from the database. */
  readonly rows: number;
  /** Bytes that the database sends. */
  readonly readBytes: number;
  readonly seconds: number;
}

const UNITS = { answerBytes: 'bytes of answer', rows: 'rows read', readBytes: 'bytes read' } as const;
type Measured = keyof typeof UNITS;

/**
 * What a request may take, counted while it is resolved. The first excess ends the request: everything that asks
 * afterwards is refused with it, and whoever waits in `exceeded` answers at once. An answer that nobody may get is not built to its end.
 */
export class RequestBudget {
  readonly limits: BudgetLimits;
  /** Rejects with the failure; never resolves. */
  readonly exceeded: Promise<never>;
  readonly #reject: (failure: MillraceError) => void;
  #taken: Record<Measured, number> = { answerBytes: 0, rows: 0, readBytes: 0 };
  #failure: MillraceError | undefined;
  #commits = 0;
  #isCommitting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: BudgetLimits) {
    this.limits = limits;
    const { promise, reject } = Promise.withResolvers<never>();
    this.exceeded = promise;
    this.#reject = reject;
    // A request that nobody races against its budget is ended by `check` alone.
    promise.catch(() => undefined);
  }

  /** Transactions that are done, whatever became of the request afterwards. */
  get commits(): number {
    return this.#commits;
  }

  /** Counts time from now on, until `stop`. */
  start(): void {
    const { seconds } = this.limits;
    this.#timer = setTimeout(() => this.#fail(tooLong(seconds)), seconds * 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Begins again: each event of a subscription has a budget of its own. */
  renew(): void {
    this.#taken = { answerBytes: 0, rows: 0, readBytes: 0 };
    this.#failure = undefined;
  }

  left(what: Measured): number {
    return this.limits[what] - this.#taken[what];
  }

  /** @throws MillraceError `ANSWER_TOO_LARGE` when more is taken than is left, or whatever ended the request before */
  take(what: Measured, amount: number): void {
    this.#taken[what] += amount;
    if (this.#taken[what] > this.limits[what]) this.#fail(tooMuch(what, this.limits[what]));
    this.check();
  }

  /** The answer as it is sent, with what is not counted field by field: names of types, and the schema itself. @throws MillraceError `ANSWER_TOO_LARGE` */
  answered(bytes: number): void {
    const { answerBytes } = this.limits;
    if (bytes > answerBytes) throw tooMuch('answerBytes', answerBytes);
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What has begun to be committed is waited for, so that whoever is refused then can be told whether it was done. */
  async commit<Result>(commit: () => Promise<Result>): Promise<Result> {
    this.check();
    this.#isCommitting = true;
    try {
      const result = await commit();
      this.#commits += 1;
      return result;
    } finally {
      this.#isCommitting = false;
      if (this.#failure !== undefined) this.#reject(this.#failure);
    }
  }

  /** The caller has gone, so nobody needs the rest. */
  abandon(): void {
    this.#fail(new MillraceError('CANCELLED', 'The caller hung up before its answer was ready.'));
  }

  #fail(failure: MillraceError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    if (!this.#isCommitting) this.#reject(failure);
  }
}

function tooMuch(what: Measured, maximum: number): MillraceError {
  return new MillraceError('ANSWER_TOO_LARGE', `The request takes more than ${maximum} ${UNITS[what]}. Ask for smaller pages or fewer fields.`, {
    fields: { what, maximum },
  });
}

function tooLong(seconds: number): MillraceError {
  return new MillraceError('TIMEOUT', `The request was not answered within ${seconds} seconds. Ask for less, or try again.`, { fields: { seconds } });
}
