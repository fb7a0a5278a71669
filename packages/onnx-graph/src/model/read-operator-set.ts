import { malformed, type ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { ReadBudget } from './read-limits.ts';

/** An `OperatorSetIdProto`, put into the versions by domain ("" is ai.onnx). Which of two versions counts would be for each runtime to say. */
export function readOperatorSet(reader: ProtobufReader, budget: ReadBudget, into: Map<string, number>): void {
  budget.part();
  let name = '';
  let version = 1;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text(budget.limits.nameBytes);
    else if (reader.field === 2) version = reader.integer();
    else reader.skip();
  }
  const domain = name === 'ai.onnx' ? '' : name;
  if (into.has(domain)) throw malformed(`it has two versions of the operator set "${domain}"`);
  into.set(domain, version);
}
