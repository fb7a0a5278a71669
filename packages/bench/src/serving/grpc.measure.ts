import { readFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import type { BenchmarkPart } from '../benchmark.ts';
import { smallPerceptron } from './bench-models.ts';
import { withNode } from './bench-node.ts';
import { grpcBody, jsonBody, type Body } from './bodies.ts';
import { runH2Load } from './h2load.ts';
import { measureRounds } from './rounds.ts';

const SECONDS = 2;
const PATH = '/inference.GRPCInferenceService/ModelInfer';

/** One row by gRPC on 8 connections of 8 streams, against one row of JSON by HTTP/1.1 on 64 connections, both loaded by h2load. */
export const grpcPart: BenchmarkPart = {
  name: 'grpc',
  measure: () =>
    withNode([{ name: 'mlp', bytes: smallPerceptron() }], async function* ({ node, folder, headers, inferUrl }) {
      const [grpc, json] = [await grpcBody(folder, 'mlp', 1), await jsonBody(folder, 1)];
      await requireSuccess(node.grpc, grpc, headers);
      const byGrpc = (): Promise<number> =>
        runH2Load({
          url: `http://${node.grpc}${PATH}`,
          protocol: 'h2',
          bodyFile: grpc.file,
          headers: { ...headers, ...grpc.headers },
          connections: 8,
          streams: 8,
          seconds: SECONDS,
        });
      const byRest = (): Promise<number> =>
        runH2Load({
          url: inferUrl('mlp'),
          protocol: 'h1',
          bodyFile: json.file,
          headers: { ...headers, ...json.headers },
          connections: 64,
          streams: 1,
          seconds: SECONDS,
        });
      await byGrpc();
      await byRest();
      const rounds = await measureRounds({ grpc: byGrpc, rest: byRest });
      await requireSuccess(node.grpc, grpc, headers);
      yield {
        what: `one row by gRPC against REST, 64 in flight${rounds.remark}`,
        value: rounds.ratio('grpc', 'rest'),
        unit: `× (${Math.round(rounds.median('grpc')).toLocaleString('en')} requests/s)`,
        bar: { atLeast: 0.5 },
        peer: { what: 'REST with h2load', value: rounds.median('rest'), unit: 'requests/s' },
      };
    }),
};

/** h2load sees the status of HTTP, which is 200 for every answer of gRPC; so one call is looked at closely before and after the load. */
async function requireSuccess(authority: string, body: Body, headers: Readonly<Record<string, string>>): Promise<void> {
  const session = connect(`http://${authority}`);
  try {
    const stream = session.request({ ':method': 'POST', ':path': PATH, ...headers, ...body.headers });
    const trailers = new Promise<unknown>((resolve, reject) => {
      stream.on('trailers', (fields) => resolve(fields['grpc-status']));
      stream.on('response', (fields) => {
        if (fields['grpc-status'] !== undefined) reject(new Error(`gRPC answered ${String(fields['grpc-status'])}: ${String(fields['grpc-message'])}`));
      });
      stream.on('error', reject);
      session.on('error', reject);
    });
    stream.end(await readFile(body.file));
    stream.resume();
    const status = await trailers;
    if (status !== '0') throw new Error(`gRPC answered ${String(status)}`);
  } finally {
    session.destroy();
  }
}
