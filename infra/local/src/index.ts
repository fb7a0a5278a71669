export { startRuntime } from './runtime/start-runtime.ts';
export type { Runtime } from './runtime/runtime.ts';
export type { RuntimeOptions } from './runtime/runtime-options.ts';
