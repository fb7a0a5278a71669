import type { MemberOf } from './closed-set.ts';

/** Execution providers of ONNX Runtime. */
export const EXECUTION_PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'webgpu'] as const;
export type ExecutionProvider = MemberOf<typeof EXECUTION_PROVIDERS>;
