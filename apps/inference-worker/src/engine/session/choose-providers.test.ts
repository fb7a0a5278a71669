import type { ExecutionProvider } from '@millrace/contracts';
import { expect, test } from 'vitest';
import { chooseProviders } from './choose-providers.ts';

const node = { preferred: 'webgpu', working: ['cpu', 'webgpu'] } as const;

test('a model without a preference takes what the node prefers, and the CPU in the end', () => {
  expect(chooseProviders({ providers: [], requireProvider: false }, node)).toEqual(['webgpu', 'cpu']);
});

test('preferences keep their order; what does not work here is passed over', () => {
  expect(chooseProviders({ providers: ['tensorrt', 'cuda', 'webgpu'], requireProvider: false }, node)).toEqual(['webgpu', 'cpu']);
  expect(chooseProviders({ providers: ['cpu', 'webgpu'], requireProvider: false }, node)).toEqual(['cpu', 'webgpu']);
  expect(chooseProviders({ providers: ['cuda'], requireProvider: false }, node)).toEqual(['cpu']);
});

test('a required provider is the first preference and no other', () => {
  expect(chooseProviders({ providers: ['webgpu', 'cpu'], requireProvider: true }, node)).toEqual(['webgpu']);
  expect(() => chooseProviders({ providers: ['cuda', 'webgpu'], requireProvider: true }, node)).toThrow(
    'the model requires execution provider "cuda", but only cpu, webgpu work on this node',
  );
});

test('a name that ONNX Runtime does not have is refused, not passed over', () => {
  const providers = ['npu' as ExecutionProvider, 'cpu'] as const;
  expect(() => chooseProviders({ providers: [...providers], requireProvider: false }, node)).toThrow('unknown execution provider "npu"');
});
