import { MillraceError } from '@millrace/contracts';
import type { RowVerdict } from '@millrace/onnx-graph';
import { joiningRefusal } from '../engine/batching/joining-refusal.ts';
import { checkRowsApart } from '../engine/batching/rows-apart.ts';
import { findTrial, Trial } from '../engine/batching/trial.ts';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import type { NamedTensors } from '../engine/tensor/tensor.ts';
import type { ScoringJob } from './scoring-messages.ts';

/** Why every row of a file must be a run of its own, by the rule that nodes join requests by; undefined: rows may be joined. */
export async function rowsAloneBecause(
  job: Pick<ScoringJob, 'signature' | 'batching'>,
  session: OnnxSession,
  verdict: RowVerdict,
): Promise<string | undefined> {
  const refusal = joiningRefusal(job.signature, job, verdict);
  if (refusal !== undefined) return refusal;
  const tried = {
    runTensors: async (inputs: NamedTensors) => ({ outputs: await run(session, inputs), times: { input: 0, infer: 0, output: 0 } }),
  };
  const trial = await findTrial({ signature: job.signature, referenceProfile: null }, tried);
  if (trial instanceof Trial && (trial.isTelling || verdict.proven)) return (await checkRowsApart(trial, tried)).reason;
  return verdict.proven ? undefined : 'no made-up inputs were found that show whether rows can be joined';
}

async function run(session: OnnxSession, inputs: NamedTensors): Promise<NamedTensors> {
  try {
    return await session.run(inputs);
  } catch (error) {
    throw error instanceof SessionFault ? MillraceError.from(error.serialized) : error;
  }
}
