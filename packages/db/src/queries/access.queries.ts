import type { NodeAssignment } from '@millrace/contracts';
import { ArrayOverlap, IsNull, MoreThan, type EntityManager } from 'typeorm';
import type { Endpoint } from '../entities/endpoint.entity.ts';
import { Token } from '../entities/token.entity.ts';

/** Scopes of a token that let it predict. `admin` allows everything. */
const PREDICTING = ['predict', 'admin'];

/** The tokens of a workspace that may predict on some of its endpoints, by hash. What was revoked or has expired is left out. */
export async function accessTo(manager: EntityManager, workspaceId: string, endpoints: readonly Endpoint[]): Promise<NodeAssignment['access']> {
  const usable = { workspaceId, scopes: ArrayOverlap(PREDICTING), revokedAt: IsNull() };
  const where = [
    { ...usable, expiresAt: IsNull() },
    { ...usable, expiresAt: MoreThan(new Date()) },
  ];
  const tokens = await manager.find(Token, { where, order: { id: 'ASC' } });
  return tokens.map(({ hash, endpointIds, expiresAt }) => ({
    tokenHash: hash.toString('hex'),
    endpoints: endpointIds === null ? null : endpoints.filter(({ id }) => endpointIds.includes(id)).map(({ name }) => name),
    expiresAt: expiresAt?.toISOString() ?? null,
  }));
}
