import type { AssignedVersion } from '@millrace/contracts';
import type { Tensor } from '../engine/tensor/tensor.ts';
import { classifyOutput } from '../serving/classify-output.ts';
import type { InferResult } from '../serving/infer-request.ts';
import { encodeRaw } from '../serving/raw-tensor.ts';
import type { RequestedOutput } from './infer-message.ts';
import { encodeFields, fieldSize, varintSize, WireWriter } from './wire-writer.ts';

/** What is the same in every answer of one version at one endpoint. */
interface Constants {
  /** `model_name`, `model_version` and `parameters`. */
  readonly head: Buffer;
  /** `name` and `datatype` of outputs. */
  readonly outputs: Map<string, Buffer>;
}

interface EncodedOutput {
  readonly naming: Buffer;
  readonly shape: readonly number[];
  readonly shapeBytes: number;
  readonly raw: Uint8Array;
}

/** What a caller puts around a message. */
export interface FreeBytes {
  readonly before: number;
  readonly after: number;
}
const NONE_FREE: FreeBytes = { before: 0, after: 0 };

/** Writes answers as `ModelInferResponse`, values as raw bytes. Remembers what the answers of a version have in common. */
export class InferAnswerEncoder {
  private readonly constants = new WeakMap<AssignedVersion, Map<string, Constants>>();

  /** Free bytes are left before and after the message. Throws a `BAD_INPUT` for an output that cannot be classified. */
  encode(result: InferResult, asked: readonly RequestedOutput[] | undefined, free: FreeBytes = NONE_FREE): Buffer {
    const { head, outputs: namings } = this.constantsOf(result);
    const outputs = result.outputs.map(({ name, tensor }, index) => encodeOutput(namings, name, wanted(result, { name, tensor, asked: asked?.[index] })));
    const idBytes = Buffer.byteLength(result.id);
    let size = free.before + free.after + head.length + fieldSize(idBytes);
    for (const output of outputs) size += fieldSize(metadataSize(output)) + fieldSize(output.raw.length);
    const writer = new WireWriter(Buffer.allocUnsafe(size), free.before);
    writer.append(head);
    writer.text(3, result.id, idBytes);
    for (const output of outputs) writeMetadata(writer, output);
    for (const { raw } of outputs) writer.field(6, raw);
    return writer.bytes;
  }

  private constantsOf({ endpoint, version }: InferResult): Constants {
    if (version === undefined) return { head: encodeFields([[1, endpoint]]), outputs: new Map() };
    let ofVersion = this.constants.get(version);
    if (ofVersion === undefined) this.constants.set(version, (ofVersion = new Map()));
    let constants = ofVersion.get(endpoint);
    if (constants === undefined) {
      const id = encodeFields([[3, version.modelVersionId]]);
      constants = {
        head: encodeFields([
          [1, endpoint],
          [2, String(version.version)],
          [
            4,
            encodeFields([
              [1, 'model_version_id'],
              [2, id],
            ]),
          ],
        ]),
        outputs: new Map(),
      };
      ofVersion.set(endpoint, constants);
    }
    return constants;
  }
}

/** One message of a stream that is an answer. */
export function encodeStreamAnswer(answer: Buffer): Buffer {
  return encodeFields([[2, answer]]);
}

/** One message of a stream that says what was wrong with the request of that id. */
export function encodeStreamError(message: string, id: string): Buffer {
  return encodeFields([
    [1, message],
    [2, id === '' ? Buffer.alloc(0) : encodeFields([[3, id]])],
  ]);
}

function wanted(result: InferResult, { name, tensor, asked }: { name: string; tensor: Tensor; asked: RequestedOutput | undefined }): Tensor {
  if (asked?.classes === undefined) return tensor;
  return classifyOutput(name, tensor, { classes: asked.classes, batched: tensor.shape[0] === result.rows });
}

function encodeOutput(namings: Map<string, Buffer>, name: string, tensor: Tensor): EncodedOutput {
  const { datatype, shape } = tensor;
  const key = `${datatype} ${name}`;
  let naming = namings.get(key);
  if (naming === undefined) {
    naming = encodeFields([
      [1, name],
      [2, datatype],
    ]);
    namings.set(key, naming);
  }
  let shapeBytes = 0;
  for (const dimension of shape) shapeBytes += varintSize(dimension);
  return { naming, shape, shapeBytes, raw: encodeRaw(tensor) };
}

function metadataSize({ naming, shapeBytes }: EncodedOutput): number {
  return naming.length + (shapeBytes === 0 ? 0 : fieldSize(shapeBytes));
}

function writeMetadata(writer: WireWriter, output: EncodedOutput): void {
  writer.begin(5, metadataSize(output));
  writer.append(output.naming);
  if (output.shapeBytes === 0) return;
  writer.begin(3, output.shapeBytes);
  for (const dimension of output.shape) writer.varint(dimension);
}
