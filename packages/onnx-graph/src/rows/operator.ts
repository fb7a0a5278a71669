import type { OnnxAttribute, OnnxNode, OnnxTensor } from '../model/onnx-model.ts';
import type { FixedValue, RowsValue, RowValue } from './row-value.ts';
import { RowsMixed } from './rows-mixed.ts';
import { named, numberOf, unknown, type Size } from './size.ts';

/** Says of what kind the outputs of an operator are, in order; those beyond are mixed. Throws `RowsMixed`. */
export type Rule = (operator: Operator) => RowValue | readonly RowValue[];

/** A value that is not mixed. */
export type KnownValue = RowsValue | FixedValue;

/** One node and what is known of its inputs, as rules look at it. */
export class Operator {
  readonly node: OnnxNode;
  /** The version of the operator set that its domain has in this model. */
  readonly opset: number;
  readonly inputs: readonly (KnownValue | undefined)[];
  /** What is known of a tensor of the file. */
  readonly constant: (tensor: OnnxTensor) => FixedValue;
  readonly #nextName: () => string;

  constructor(
    node: OnnxNode,
    opset: number,
    inputs: readonly (KnownValue | undefined)[],
    nextName: () => string,
    constant: (tensor: OnnxTensor) => FixedValue,
  ) {
    this.node = node;
    this.opset = opset;
    this.inputs = inputs;
    this.#nextName = nextName;
    this.constant = constant;
  }

  /** A size that is the same however many rows there are, but not known. */
  unknownSize(): Size {
    return named(this.#nextName());
  }

  /** An element that is the same however many rows there are, but not known. */
  unknownElement(): Size {
    return unknown(this.#nextName());
  }

  /** An input that must be there. */
  input(index: number): KnownValue {
    const value = this.inputs[index];
    if (value === undefined) throw new RowsMixed(`it has no input ${index}`);
    return value;
  }

  /** An input that rows come by. */
  rows(index: number): RowsValue {
    const value = this.input(index);
    if (value.kind !== 'rows') throw new RowsMixed(`its input ${index} is not made of rows, as another is`);
    return value;
  }

  /** An input that is the same for all rows, or left out. */
  fixed(index: number, what: string): FixedValue | undefined {
    const value = this.inputs[index];
    if (value?.kind === 'rows') throw new RowsMixed(`its ${what} comes from the rows`);
    return value;
  }

  /** The elements of a fixed input that says sizes or axes; undefined where it is left out. */
  sizes(index: number, what: string): readonly Size[] | undefined {
    const value = this.fixed(index, what);
    if (value === undefined) return undefined;
    if (value.values === undefined) throw new RowsMixed(`its ${what} is not a constant`);
    return value.values;
  }

  /** As `sizes`, of plain numbers. */
  numbers(index: number, what: string): readonly number[] | undefined {
    return this.sizes(index, what)?.map((size) => {
      const number = numberOf(size);
      if (number === undefined) throw new RowsMixed(`its ${what} depends on the sizes of the inputs`);
      return number;
    });
  }

  int(name: string, otherwise: number): number {
    const attribute = this.#attribute(name, 'int');
    return attribute === undefined ? otherwise : attribute.value;
  }

  text(name: string, otherwise: string): string {
    const attribute = this.#attribute(name, 'string');
    return attribute === undefined ? otherwise : attribute.value;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attribute(name, 'ints');
    if (attribute === undefined) return undefined;
    if (attribute.values.length !== attribute.count) throw new RowsMixed(`its attribute "${name}" has ${attribute.count} values`);
    return attribute.values;
  }

  has(name: string): boolean {
    return this.node.attributes.has(name);
  }

  /** Axes that came as an attribute in older operator sets and as an input in newer ones. */
  axes(index: number): readonly number[] | undefined {
    return this.ints('axes') ?? this.numbers(index, 'list of axes');
  }

  #attribute<Kind extends OnnxAttribute['kind']>(name: string, kind: Kind): Extract<OnnxAttribute, { readonly kind: Kind }> | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) return undefined;
    if (attribute.kind !== kind) throw new RowsMixed(`its attribute "${name}" is not of the kind that the operator has`);
    return attribute as Extract<OnnxAttribute, { readonly kind: Kind }>;
  }
}

/** An axis counted from the front. */
export function axisFrom(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!(counted >= 0 && counted < rank)) throw new RowsMixed(`its axis ${axis} is none of a tensor of ${rank} dimensions`);
  return counted;
}

/** Throws unless `axis` is another than that of the rows. */
export function requireOtherAxis(axis: number, rows: RowsValue, does: string): void {
  if (axis === rows.axis) throw new RowsMixed(`it ${does} over the rows (axis ${axis})`);
}

/** The shape of a value. */
export function shapeOf(value: KnownValue): readonly Size[] {
  if (value.shape === undefined) throw new RowsMixed('the shape of one of its inputs is not known');
  return value.shape;
}
