import type { MemberOf } from './closed-set.ts';

/**
 * Execution providers of ONNX Runtime.
 *
 * @example
 * ```ts
 * import { EXECUTION_PROVIDERS, type ExecutionProvider } from '@millrace/contracts';
 *
 * const wanted: ExecutionProvider = 'cpu';
 * EXECUTION_PROVIDERS.includes(wanted); // true
 * ```
 */
export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type ExecutionProvider = MemberOf<typeof EXECUTION_PROVIDERS>;
