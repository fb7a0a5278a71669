import { MillraceError } from '@millrace/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Authenticator } from '../authorisation/authenticator.ts';
import { newSecret } from '../authorisation/token-secret.ts';
import type { Caller } from '../context/caller.ts';
import type { Authentication } from '../context/request-context.ts';
import { Doorkeeper } from './doorkeeper.ts';

const caller: Caller = { tokenId: 'tok_1', workspaceId: 'ws_1', kind: 'SERVICE', scopes: ['read'], nodeId: null, endpointIds: null };
const [good, bad] = [`Bearer ${newSecret()}`, `Bearer ${newSecret()}`];

/** Knows one token; whoever comes with another waits for ever. */
const authenticator = {
  authenticate: (authorization: string | undefined): Promise<Authentication> => (authorization === good ? Promise.resolve({ caller }) : new Promise(() => {})),
} as Authenticator;

const request = (authorization: string): Parameters<Doorkeeper['admit']>[0] => ({ ip: '10.0.0.1', headers: { authorization } });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('whoever goes on asking is never among strangers again, however many of these there are', async () => {
  const doorkeeper = new Doorkeeper({ authenticator });
  await doorkeeper.admit(request(good));
  for (let i = 0; i < 102; i++) void doorkeeper.admit(request(bad)).catch(() => undefined);
  for (let minute = 0; minute < 5; minute++) {
    vi.advanceTimersByTime(40_000);
    expect(await doorkeeper.admit(request(good))).toMatchObject({ holder: { tokenId: 'tok_1' } });
    doorkeeper.remember(good, caller);
  }
  vi.advanceTimersByTime(61_000);
  await expect(doorkeeper.admit(request(good))).rejects.toThrow(MillraceError);
});

it('whoever turned out to be nobody is a stranger', async () => {
  const doorkeeper = new Doorkeeper({ authenticator });
  await doorkeeper.admit(request(good));
  for (let i = 0; i < 102; i++) void doorkeeper.admit(request(bad)).catch(() => undefined);
  doorkeeper.forget(good);
  await expect(doorkeeper.admit(request(good))).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
});
