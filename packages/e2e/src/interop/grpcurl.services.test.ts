import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServingNode, type ServingNode } from '@millrace/testing';
import { INTEROP_TOOLS, NEEDS_GO, runTool } from './interop-tools.ts';

const ask = async (...args: readonly string[]): Promise<string> => (await runTool('grpcurl', '-plaintext', ...args)).output;

describe.skipIf(INTEROP_TOOLS === undefined)(`grpcurl${NEEDS_GO}`, () => {
  let node: ServingNode;
  beforeAll(async () => {
    node = await startServingNode({ prepare: () => undefined });
  });
  afterAll(async () => {
    expect({ code: await node.stop(), complaints: node.complaints }).toEqual({ code: 0, complaints: [] });
  });

  test('learns the services and their messages by reflection, maps and all', async () => {
    const services = [
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'inference.GRPCInferenceService',
    ];
    expect((await ask(node.grpc, 'list')).trim().split('\n')).toEqual(services);
    expect(await ask(node.grpc, 'list', 'inference.GRPCInferenceService')).toContain('inference.GRPCInferenceService.ModelInfer');
    expect(await ask(node.grpc, 'describe', 'inference.ModelInferRequest')).toContain('map<string, .inference.InferParameter> parameters = 4;');
    expect(await ask(node.grpc, 'describe', 'inference.GRPCInferenceService.ModelStreamInfer')).toContain('stream .inference.ModelStreamInferResponse');
    expect(await ask(node.grpc, 'describe', 'inference.Nothing')).toContain('Symbol not found');
  });

  test('makes calls with what it has learned, maps in the question and in the answer', async () => {
    const call = (method: string, ...args: readonly string[]) => runTool('grpcurl', '-plaintext', '-emit-defaults', ...args, node.grpc, method);
    expect(await call('grpc.health.v1.Health/List')).toMatchObject({ code: 0, output: expect.stringContaining('"inference.GRPCInferenceService"') });
    const body = JSON.stringify({ model_name: 'none', parameters: { priority: { int64Param: 1 } }, inputs: [{ name: 'x', datatype: 'FP32', shape: [0] }] });
    const asked = await call('inference.GRPCInferenceService/ModelInfer', '-H', `authorization: Bearer ${node.token}`, '-d', body);
    expect(asked.output).toContain('endpoint "none" is not served by this node');
    const stream = await call('inference.GRPCInferenceService/ModelStreamInfer', '-H', `authorization: Bearer ${node.token}`, '-d', body);
    expect(stream).toMatchObject({ code: 0, output: expect.stringContaining('is not served by this node') });
  });
});
