import { attributeMessage, batchValueMessage, operatorSetMessage, ProtobufWriter, tensorMessage, type Attribute, type ElementType } from '@millrace/onnx-graph';

const IR_VERSION = 8;
const OPERATOR_SET = 17;
const ML_OPERATOR_SET = 3;
const ML_DOMAIN = 'ai.onnx.ml';

/** The name of a value in a graph. */
export type ValueName = string;

/**
 * Builds an ONNX model node by node. Inputs and outputs are vectors with one element per row.
 * The bytes depend on nothing but the calls: no clock, no random names.
 */
export class GraphBuilder {
  private readonly graph = new ProtobufWriter();
  private readonly inputs: ProtobufWriter[] = [];
  private readonly outputs: ProtobufWriter[] = [];
  private readonly initializers: ProtobufWriter[] = [];
  private values = 0;

  /** With `width`, the input is a matrix of that many columns. */
  input(name: string, type: ElementType, width?: number): ValueName {
    this.inputs.push(batchValueMessage(name, type, width));
    return name;
  }

  /** Gives `value` the public name `name`. */
  output(name: string, type: ElementType, value: ValueName): void {
    this.add('Identity', [value], {}, { output: name });
    this.outputs.push(batchValueMessage(name, type));
  }

  constant(type: 'FP32' | 'INT64', dimensions: readonly number[], values: ArrayLike<number>): ValueName {
    const name = this.fresh('constant');
    this.initializers.push(tensorMessage(name, type, dimensions, values));
    return name;
  }

  scalar(value: number): ValueName {
    return this.constant('FP32', [], [value]);
  }

  /** Adds a node of ai.onnx, or of ai.onnx.ml when `ml`, with one output and returns that output's name. */
  add(
    operator: string,
    inputs: readonly ValueName[],
    attributes: Readonly<Record<string, Attribute>> = {},
    options: { ml?: boolean; output?: string } = {},
  ): ValueName {
    const output = options.output ?? this.fresh(operator);
    const node = new ProtobufWriter();
    for (const input of inputs) node.string(1, input);
    node.string(2, output).string(3, output).string(4, operator);
    for (const [name, attribute] of Object.entries(attributes)) node.message(5, attributeMessage(name, attribute));
    if (options.ml === true) node.string(7, ML_DOMAIN);
    this.graph.message(1, node);
    return output;
  }

  /** The serialised `ModelProto`. */
  build(name: string): Uint8Array<ArrayBuffer> {
    this.graph.string(2, name);
    for (const initializer of this.initializers) this.graph.message(5, initializer);
    for (const input of this.inputs) this.graph.message(11, input);
    for (const output of this.outputs) this.graph.message(12, output);
    return new ProtobufWriter()
      .int(1, IR_VERSION)
      .string(2, 'millrace')
      .message(7, this.graph)
      .message(8, operatorSetMessage('', OPERATOR_SET))
      .message(8, operatorSetMessage(ML_DOMAIN, ML_OPERATOR_SET))
      .finish();
  }

  /** Names of inner values start with a slash, which no column of a dataset shares by accident. */
  private fresh(kind: string): ValueName {
    return `/${kind}/${this.values++}`;
  }
}
