import { DATATYPE_OF_ONNX_TYPE, MillraceError } from '@millrace/contracts';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { openOnnxSession, type OnnxSession } from '../engine/session/onnx-runtime.ts';
import { readVerifiedArtifact } from '../engine/session/read-artifact.ts';
import { SessionFault } from '../engine/session/session-fault.ts';
import { scoreFile, type RunSize } from './score-file.ts';
import { scoringColumns, type ScoringColumns } from './scoring-columns.ts';
import type { ScoringJob, ScoringReply, ScoringRequest } from './scoring-messages.ts';

const PROGRESS_MILLISECONDS = 200;

interface OpenJob {
  readonly job: ScoringJob;
  readonly session: OnnxSession;
  readonly columns: ScoringColumns;
  readonly runSize: RunSize;
}

/** A thread that scores the files of one run, one at a time. Reading, inference and writing stay in it, so that the main thread is free to renew leases. */
function serve(port: MessagePort): void {
  const cancelled = new AbortController();
  let open: OpenJob | undefined;

  async function answer(request: Exclude<ScoringRequest, { kind: 'cancel' }>): Promise<ScoringReply> {
    if (request.kind === 'open') {
      const { job } = request;
      const columns = scoringColumns(job.signature, job.source.schema);
      open = { job, session: await openOnFirst(job), columns, runSize: { rows: columns.fixedRows } };
      return { kind: 'opened' };
    }
    if (open === undefined) throw new MillraceError('INTERNAL', 'a file was given to a scoring thread before its run');
    const progress = reporter(port);
    const file = await scoreFile({ ...open, path: request.path, onRows: progress.add, signal: cancelled.signal });
    progress.flush();
    return { kind: 'scored', file };
  }

  port.on('message', (request: ScoringRequest) => {
    if (request.kind === 'cancel') {
      cancelled.abort(new MillraceError('JOB_CANCELLED', 'the scoring run was cancelled'));
      void (open?.session.release() ?? Promise.resolve()).finally(() => port.close());
      return;
    }
    void answer(request)
      .catch((error: unknown): ScoringReply => ({
        kind: 'failed',
        error: error instanceof SessionFault ? error.serialized : MillraceError.wrap(error).toJSON(),
      }))
      .then((reply) => port.postMessage(reply));
  });
}

/** A session on the first of the providers that can load the model, as nodes choose it. Throws what the last one threw. */
async function openOnFirst({ artifact, providers }: ScoringJob): Promise<OnnxSession> {
  const model = readVerifiedArtifact(artifact.path, artifact.digest);
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

function reporter(port: MessagePort): { add: (rows: number) => void; flush: () => void } {
  let rows = 0;
  let last = performance.now();
  const flush = (): void => {
    if (rows > 0) port.postMessage({ kind: 'progress', rows } satisfies ScoringReply);
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

if (parentPort !== null) serve(parentPort);
