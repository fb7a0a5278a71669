import { MillraceError, type AssignedVersion, type ExecutionProvider } from '@millrace/contracts';
import { compareSignature } from './compare-signature.ts';
import type { Isolation } from './isolation.ts';
import { LiveSession, type LiveSessionOptions } from './live-session.ts';
import { findTrial, Trial } from '../batching/trial.ts';

/** A session whose graph agrees with the signature, and what opens another one like it. */
export interface OpenedSession {
  readonly session: LiveSession;
  /** Made-up inputs that it ran, or why it ran none: a model that takes none of them may still run what it was made for. */
  readonly trial: Trial | MillraceError;
  readonly options: LiveSessionOptions;
}

/** What a session is opened for and with. */
export interface OpenSessionOptions {
  readonly assigned: AssignedVersion;
  readonly artifactPath: string;
  /** In order of preference. */
  readonly providers: readonly ExecutionProvider[];
  readonly entry: URL | undefined;
  readonly isolation: Isolation;
  /** Why it is not tried with made-up inputs; undefined: it is. */
  readonly untriedBecause: string | undefined;
  readonly memoryLimitBytes: number | undefined;
  /** Of the load: ends the session and whatever it does. */
  readonly signal: AbortSignal;
  /** Told why a provider was passed over. */
  readonly onPassedOver: (provider: ExecutionProvider, error: MillraceError) => void;
}

/**
 * Opens a session on the first of the providers that can run the model; some load what they cannot run, so one row of made-up inputs is
 * tried. On the last of them the model is taken as it is. Throws what the last one threw: `ARTIFACT_MISSING`,
 * `ARTIFACT_CORRUPT`, `MODEL_INVALID`, `SIGNATURE_MISMATCH`, or what the signal was aborted with; no session is left then.
 */
export async function openSession(request: OpenSessionOptions): Promise<OpenedSession> {
  const { assigned, artifactPath, providers, entry, isolation, memoryLimitBytes, onPassedOver } = request;
  refuseBrainFloats(assigned);
  let failure: unknown;
  for (const provider of providers) {
    const options = { source: { path: artifactPath, digest: assigned.artifactDigest }, provider, entry, isolation, memoryLimitBytes };
    try {
      return { ...(await openMatching(request, options, provider === providers.at(-1))), options };
    } catch (error) {
      failure = error;
      if (!(error instanceof MillraceError) || error.code !== 'MODEL_INVALID') break;
      onPassedOver(provider, error);
    }
  }
  throw failure;
}

async function openMatching(
  { assigned, signal, untriedBecause }: OpenSessionOptions,
  options: LiveSessionOptions,
  isLast: boolean,
): Promise<Pick<OpenedSession, 'session' | 'trial'>> {
  const session = await LiveSession.open(options, signal);
  try {
    compareSignature(assigned.signature, session.graph);
    const trial = untriedBecause === undefined ? await findTrial(assigned, session) : new MillraceError('MODEL_INVALID', untriedBecause);
    if (untriedBecause === undefined && !(trial instanceof Trial) && !isLast) throw trial;
    return { session, trial };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** ONNX Runtime for Node has no BF16 tensors: such a model loads nowhere, and the reason it gives is a number. */
function refuseBrainFloats({ signature }: AssignedVersion): void {
  const tensor = [...signature.inputs, ...signature.outputs].find(({ datatype }) => datatype === 'BF16');
  if (tensor === undefined) return;
  throw new MillraceError('MODEL_INVALID', `"${tensor.name}" is BF16, which ONNX Runtime for Node cannot pass in or out; cast to FP32 inside the graph`, {
    fields: { name: tensor.name },
  });
}
