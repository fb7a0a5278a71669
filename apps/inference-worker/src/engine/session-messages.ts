import type { ExecutionProvider, SerializedError } from '@millrace/contracts';
import type { GraphInterface } from './onnx-runtime.ts';
import type { NamedTensors } from './tensor.ts';

/** Where a model comes from: an artifact on disk whose digest must match, or bytes that are known to be good. */
export type ModelSource =
  | { readonly kind: 'artifact'; readonly path: string; readonly digest: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** What the main thread asks of a session thread. */
export type SessionRequest =
  | { readonly id: number; readonly kind: 'open'; readonly source: ModelSource; readonly provider: ExecutionProvider }
  | { readonly id: number; readonly kind: 'run'; readonly inputs: NamedTensors }
  | { readonly id: number; readonly kind: 'close' };

/** What a session thread answers, by the id of the request. */
export type SessionReply =
  | { readonly id: number; readonly kind: 'opened'; readonly graph: GraphInterface }
  | { readonly id: number; readonly kind: 'ran'; readonly outputs: NamedTensors }
  | { readonly id: number; readonly kind: 'closed' }
  | { readonly id: number; readonly kind: 'failed'; readonly error: SerializedError };
