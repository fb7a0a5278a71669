import { EXECUTION_PROVIDERS, MillraceError, type ExecutionProvider, type ServingOptions } from '@millrace/contracts';

/** What a node offers: the provider it prefers, and all that were found to work on it. */
export interface NodeProviders {
  readonly preferred: ExecutionProvider;
  readonly working: readonly ExecutionProvider[];
}

/**
 * The providers to try for a model, in order; never empty. They are the model's own that work here, or else the node's, and in the
 * end the CPU. With `requireProvider` it is the first one of the model and no other.
 * Throws `BAD_INPUT` for a name that ONNX Runtime does not have, `UNAVAILABLE` (not retryable) when a required provider does not work here.
 */
export function chooseProviders(
  { providers, requireProvider }: Pick<ServingOptions, 'providers' | 'requireProvider'>,
  node: NodeProviders,
): ExecutionProvider[] {
  const unknown = providers.find((provider) => !EXECUTION_PROVIDERS.includes(provider));
  if (unknown !== undefined) {
    throw new MillraceError('BAD_INPUT', `unknown execution provider "${unknown}"; known are ${EXECUTION_PROVIDERS.join(', ')}`, {
      fields: { provider: unknown, known: EXECUTION_PROVIDERS },
    });
  }
  const [required = node.preferred] = providers;
  if (requireProvider) {
    if (!node.working.includes(required)) throw requiredProviderMissing(required, node.working);
    return [required];
  }
  const wanted = providers.length === 0 ? [node.preferred] : providers;
  return [...new Set([...wanted.filter((provider) => node.working.includes(provider)), 'cpu' as const])];
}

function requiredProviderMissing(wanted: ExecutionProvider, available: readonly ExecutionProvider[]): MillraceError {
  return new MillraceError(
    'UNAVAILABLE',
    `the model requires execution provider "${wanted}", but only ${available.join(', ')} work on this node; serve it on other nodes or let it fall back`,
    { retryable: false, fields: { wanted, available } },
  );
}
