import type { ServingOptions } from '@millrace/contracts';
import { startServingNode, temporaryFolder, type ServingNode } from '@millrace/testing';
import { versionOf } from './bench-models.ts';
import type { Body } from './bodies.ts';
import { runWrk, type WrkResult } from './wrk.ts';

/** A model behind an endpoint of the same name. */
export interface ServedModel {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly serving?: Partial<ServingOptions>;
}

/** A node under test, and a folder for what is sent to it. */
export interface BenchNode {
  readonly node: ServingNode;
  readonly folder: string;
  inferUrl(model: string): string;
  /** Headers of every call: the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** Rejects when an answer is no success or a connection breaks: such a rate says nothing. */
  wrk(model: string, body: Body, load: { readonly connections: number; readonly seconds: number }): Promise<WrkResult>;
}

/** Starts a node that serves these models, hands it to `measure`, and takes it down whatever happens. */
export async function* withNode<Value>(
  models: readonly ServedModel[],
  measure: (node: BenchNode) => AsyncIterable<Value>,
  env: Readonly<Record<string, string>> = {},
): AsyncIterable<Value> {
  const folder = await temporaryFolder();
  const node = await startServingNode({
    env,
    prepare: (controlPlane) => {
      for (const { bytes } of models) controlPlane.store(bytes);
      controlPlane.serve(models.map(({ name, bytes, serving = {} }) => versionOf(bytes, name, { serving })));
    },
  });
  const headers = { authorization: `Bearer ${node.token}` };
  const inferUrl = (model: string): string => `${node.url}/v2/models/${model}/infer`;
  try {
    yield* measure({
      node,
      folder: folder.path,
      headers,
      inferUrl,
      wrk: async (model, body, load) => {
        const result = await runWrk({ ...load, url: inferUrl(model), bodyFile: body.file, headers: { ...headers, ...body.headers } });
        if (result.refused + result.broken > 0) throw new Error(`"${model}": ${JSON.stringify(result)}\n${node.complaints.slice(-5).join('\n')}`);
        return result;
      },
    });
  } finally {
    await node.stop();
    await folder.remove();
  }
}
