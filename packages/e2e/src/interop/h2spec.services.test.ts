import { once } from 'node:events';
import { connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServingNode, type ServingNode } from '@millrace/testing';
import { INTEROP_TOOLS, NEEDS_GO, runTool } from './interop-tools.ts';

/** What RFC 7540 asked for and RFC 9113 does not: priorities are read and mean nothing, so that a stream may say that it depends on itself (section 5.3.2). */
const WITHDRAWN: ReadonlySet<string> = new Set(['http2/5.3.1/1', 'http2/5.3.1/2']);

describe.skipIf(INTEROP_TOOLS === undefined)(`h2spec${NEEDS_GO}`, () => {
  let node: ServingNode;
  beforeAll(async () => {
    node = await startServingNode({ prepare: () => undefined });
  });
  afterAll(async () => {
    expect({ code: await node.stop(), complaints: node.complaints }).toEqual({ code: 0, complaints: [] });
  });

  test('every case passes but those that RFC 9113 withdrew, and the node answers after each', async () => {
    const [host = '', port = ''] = node.grpc.split(':');
    const cases = await listCases();
    expect(cases).toHaveLength(146);
    const failed: string[] = [];
    for (const id of cases) {
      const { code, output } = await runTool('h2spec', id, '--strict', '--host', host, '--port', port);
      expect(output, id).toMatch(/^1 tests, /m);
      if (code !== 0) failed.push(id);
      expect(await answersHealth(node.grpc), id).toBe('0');
    }
    expect(failed).toEqual([...WITHDRAWN]);
  });
});

/** The cases by the names that h2spec takes, as in `http2/6.9.1/3`. */
async function listCases(): Promise<readonly string[]> {
  const { output } = await runTool('h2spec', '--strict', '--dryrun');
  const cases: string[] = [];
  let group = '';
  let section = '';
  for (const line of output.split('\n')) {
    const heading = /^ *(?<group>Generic tests|Hypertext Transfer|HPACK)/.exec(line)?.groups?.['group'];
    if (heading !== undefined) group = { 'Generic tests': 'generic', 'Hypertext Transfer': 'http2', HPACK: 'hpack' }[heading] ?? '';
    section = /^ *(?<section>[\d.]+)\. /.exec(line)?.groups?.['section'] ?? section;
    const number = /^ *(?<number>\d+): /.exec(line)?.groups?.['number'];
    if (number !== undefined) cases.push(`${group}/${section}/${number}`);
  }
  return cases;
}

/** The status of gRPC of a call to `grpc.health.v1`. */
async function answersHealth(address: string): Promise<string> {
  const session = connect(`http://${address}`);
  const call = session.request({ ':method': 'POST', ':path': '/grpc.health.v1.Health/Check', 'content-type': 'application/grpc', te: 'trailers' });
  call.end(Buffer.alloc(5)).resume();
  const [trailers] = (await once(call, 'trailers')) as [Record<string, unknown>];
  session.close();
  return String(trailers['grpc-status']);
}
