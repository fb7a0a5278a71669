import type { BadValuePolicy } from '@millrace/contracts';
import type { ColumnEvidence, TextFormat } from './column-evidence.ts';
import { LineFault } from './line-fault.ts';
import type { WidenedColumn } from './reading-source.ts';
import { convertTo, Misfit, type Convert } from './value-fit.ts';
import type { ScalarType } from './read-type.ts';

/** The declared types of a source, held against every value in the first pass. */
export class DeclaredColumns {
  readonly policy: BadValuePolicy;
  readonly #declared = new Map<string, { readonly type: ScalarType; readonly convert: Convert }>();
  #hasMisfit = false;
  readonly #widened = new Map<string, WidenedColumn>();

  constructor(columns: readonly { readonly name: string; readonly type: string }[], policy: BadValuePolicy, format: TextFormat) {
    this.policy = policy;
    for (const { name, type } of columns) this.#declared.set(name, { type, convert: convertTo(type, format) });
  }

  has(column: string): boolean {
    return this.#declared.has(column);
  }

  /** The types that are declared, by column. */
  get types(): ReadonlyMap<string, ScalarType> {
    return new Map([...this.#declared].map(([column, { type }]) => [column, type]));
  }

  /** Whether a row is to be set aside, since a value of it does not fit. */
  get hasMisfit(): boolean {
    return this.#hasMisfit;
  }

  /** Notes a value that does not fit. Throws a `LineFault` where the load is to fail. */
  check(column: string, text: string | null, file: string, line: number): void {
    const declared = this.#declared.get(column);
    if (declared === undefined || this.#hasMisfit || this.#widened.has(column)) return;
    const value = declared.convert(text);
    if (value instanceof Misfit) this.note(column, value.reason, file, line);
  }

  /** A value that does not fit, for the reason given. */
  note(column: string, reason: string, file: string, line: number): void {
    if (this.policy === 'QUARANTINE') {
      this.#hasMisfit = true;
      return;
    }
    const told = `column "${column}": ${reason}`;
    if (this.policy === 'FAIL')
      throw new LineFault(
        line,
        told,
        'Declare another type, or onBadValue: "WIDEN" (the column gets a type that holds it) or "QUARANTINE" (the row is set aside).',
      );
    if (!this.#widened.has(column)) this.#widened.set(column, { column, declared: this.#declared.get(column)?.type ?? '', file, line, reason });
  }

  /** The type that a column is read as: as declared, unless a value needs a wider one; as found where nothing is declared. */
  typeOf(column: string, found: Pick<ColumnEvidence, 'type'>): ScalarType {
    const declared = this.#declared.get(column);
    return declared === undefined || this.#widened.has(column) ? found.type : declared.type;
  }

  get widened(): readonly WidenedColumn[] {
    return [...this.#widened.values()];
  }
}
