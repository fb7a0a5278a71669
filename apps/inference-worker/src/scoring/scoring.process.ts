import { DATATYPE_OF_ONNX_TYPE, MillraceError } from '@millrace/contracts';
import { liveWithParent } from '../engine/session/live-with-parent.ts';
import type { OnnxSession } from '../engine/session/onnx-runtime.ts';
import { inspectModel } from '../engine/inspection/inspect-artifact.ts';
import { readVerifiedArtifact } from '../engine/session/read-artifact.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import { rowsAloneBecause } from './joined-rows.ts';
import { scoreFile, type FoundOut } from './score-file.ts';
import { scoringColumns, type ScoringColumns } from './scoring-columns.ts';
import type { ScoringJob, ScoringReply, ScoringRequest } from './scoring-messages.ts';

const PROGRESS_MILLISECONDS = 200;

interface OpenJob {
  readonly job: ScoringJob;
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly foundOut: FoundOut;
}

/** A process that scores the files of one run, one at a time. Reading, inference and writing stay in it: the other one renews leases, and lives on whatever the model does. */
function serve(): void {
  const cancelled = new AbortController();
  let open: OpenJob | undefined;

  async function answer(request: Exclude<ScoringRequest, { kind: 'cancel' }>): Promise<ScoringReply> {
    if (request.kind === 'open') {
      const { job } = request;
      const columns = scoringColumns(job.signature, job.source.schema);
      const model = readVerifiedArtifact(job.artifact.path, job.artifact.digest);
      const verdict = inspectModel(model).rows;
      const session = await openOnFirst(model, job);
      const aloneBecause = columns.fixedRows === undefined ? await rowsAloneBecause(job, session, verdict) : undefined;
      open = { job, session, columns, foundOut: { rowsPerRun: columns.fixedRows ?? (aloneBecause === undefined ? undefined : 1), goodRow: undefined } };
      return { kind: 'opened', aloneBecause };
    }
    if (open === undefined) throw new MillraceError('INTERNAL', 'a file was given to a scoring process before its run');
    const progress = reporter();
    const file = await scoreFile({ ...open, path: request.path, onRows: progress.add, signal: cancelled.signal });
    progress.flush();
    return { kind: 'scored', file };
  }

  process.on('message', (request: ScoringRequest) => {
    if (request.kind === 'cancel') {
      cancelled.abort(new MillraceError('JOB_CANCELLED', 'the scoring run was cancelled'));
      void (open?.session.release() ?? Promise.resolve()).finally(() => process.kill(process.pid, 'SIGKILL'));
      return;
    }
    void answer(request)
      .catch((error: unknown): ScoringReply => ({
        kind: 'failed',
        error: error instanceof SessionFault ? error.serialized : MillraceError.wrap(error).toJSON(),
      }))
      .then(tell);
  });
}

/** A session on the first of the providers that can load the model, as nodes choose it. Throws what the last one threw. */
async function openOnFirst(model: Uint8Array, { providers }: ScoringJob): Promise<OnnxSession> {
  // See `onnx-runtime.ts`: its native side refuses the FP16 tensors of a JavaScript that knows them.
  Reflect.deleteProperty(globalThis, 'Float16Array');
  const { openOnnxSession } = await import('../engine/session/onnx-runtime.ts');
  let failure: unknown;
  for (const provider of providers) {
    try {
      return await openOnnxSession(model, provider, DATATYPE_OF_ONNX_TYPE);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function tell(reply: ScoringReply): void {
  process.send?.(reply);
}

function reporter(): { add: (rows: number) => void; flush: () => void } {
  let rows = 0;
  let last = performance.now();
  const flush = (): void => {
    if (rows > 0) tell({ kind: 'progress', rows });
    rows = 0;
    last = performance.now();
  };
  return {
    add: (more) => {
      rows += more;
      if (performance.now() - last >= PROGRESS_MILLISECONDS) flush();
    },
    flush,
  };
}

liveWithParent();
serve();
