/** The domains whose operators come with ONNX Runtime; "" is ai.onnx. */
export const RUNTIME_DOMAINS: ReadonlySet<string> = new Set([
  '',
  'ai.onnx.ml',
  'com.microsoft',
  'ai.onnx.preview',
  'ai.onnx.preview.training',
  'com.ms.internal.nhwc',
  'com.microsoft.nchwc',
]);
