import type { ProtobufReader } from '../protobuf/protobuf-reader.ts';
import type { ReadBudget } from './read-limits.ts';

/** An `OperatorSetIdProto`: its domain ("" is ai.onnx) and version. */
export function readOperatorSet(reader: ProtobufReader, budget: ReadBudget): [string, number] {
  budget.part();
  let domain = '';
  let version = 1;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text(budget.limits.nameBytes);
    else if (reader.field === 2) version = reader.integer();
    else reader.skip();
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}
