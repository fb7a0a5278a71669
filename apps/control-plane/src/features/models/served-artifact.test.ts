import { deferred } from '@millrace/testing';
import { expect, it } from 'vitest';
import type { Caller } from '../../context/caller.ts';
import { ServedArtifacts } from './served-artifact.ts';

const callerOf = (workspaceId: string): Caller => ({
  tokenId: workspaceId,
  workspaceId,
  kind: 'SERVICE',
  scopes: ['science:write'],
  nodeId: null,
  endpointIds: null,
});

it('artifacts are read one at a time, whoever asks, and one that is no model stays as it is', async () => {
  const reads: string[] = [];
  const released = deferred();
  const read = async (digest: string): Promise<Uint8Array<ArrayBuffer>> => {
    reads.push(digest);
    await released.promise;
    return new Uint8Array([0xff]);
  };
  const artifacts = new ServedArtifacts({ artifacts: { read, put: () => Promise.reject(new Error('Nothing is to be stored.')) } });
  const answers = ['a', 'b', 'c'].map((digest) => artifacts.of({ caller: callerOf(digest) }, { digest, bytes: 1 }));
  const large = { digest: 'd', bytes: 2 ** 40 };
  expect(await artifacts.of({ caller: callerOf('d') }, large)).toEqual({ ...large, note: undefined });
  expect(reads).toEqual(['a']);
  released.resolve();
  expect((await Promise.all(answers)).map(({ digest, note }) => `${digest} ${note}`)).toEqual(['a undefined', 'b undefined', 'c undefined']);
  expect(reads).toEqual(['a', 'b', 'c']);
});
