import type { Endpoint, Environment, ModelVersion, Monitor, Release, ReleaseStep } from '@millrace/sdk';
import { WINDOW_SECONDS } from '../calendar.ts';
import { COSTS } from '../costs.ts';
import type { Story } from '../story.ts';
import { askTheCanary } from './ask-the-canary.ts';

export interface Released {
  readonly endpoint: Endpoint;
  readonly release: Release;
  readonly monitor: Monitor;
  /** Flights that were answered in the canary. */
  readonly answered: ReadonlySet<string>;
}

/** A canary of 10 % of the flights, until it is shown that less than 2 % of the requests fail. */
const CANARY = { weight: 10, minimumRequests: 100, holdSeconds: 1, maximumErrorRate: 0.02 } as const;

/** Step 5: checks, a canary of 10 % with the flights of the first week, then all of the traffic. The monitor is there before the first prediction. */
export async function releaseTheBest(story: Story, useCaseId: string, modelVersion: ModelVersion): Promise<Released> {
  const { millrace, reporter, names } = story;
  reporter.step('Release: checks, canary, promoted');
  const environment = await findOrCreate(story);
  const endpoint = await millrace.endpoints.create({ name: names.endpoint, environment: environment.name, useCaseId });
  const monitor = await millrace.monitors.set({
    endpointId: endpoint.id,
    definition: {
      windowSeconds: WINDOW_SECONDS,
      liveMetrics: [
        { metric: 'live auc', measure: 'auc' },
        { metric: 'live precision', measure: 'precision' },
      ],
      costMetric: {
        metric: 'cost per 1,000 flights',
        falsePositiveCost: COSTS.needlessWarning,
        falseNegativeCost: COSTS.missingWarning,
        perPredictions: 1_000,
      },
    },
  });
  const bar = reporter.progress(`${modelVersion.model} version ${modelVersion.version} → ${environment.name}`);
  const handle = await millrace.releases.start({ endpointId: endpoint.id, modelVersionId: modelVersion.id });
  const decided = new AbortController();
  const promoted = handle
    .waitUntilPromoted({ timeoutSeconds: 300, onProgress: ({ progress, note }) => bar.update(progress, note ?? '') })
    .finally(() => decided.abort());
  // Flights that come to an end before the canary is decided leave the decision to a person.
  const asking = askTheCanary(story, endpoint.name, decided.signal).then(async (asked) => {
    if (!decided.signal.aborted) await promoteByHand(story, handle.id);
    return asked;
  });
  const [release, { answered, unanswered }] = await Promise.all([promoted, asking]);
  bar.done(release.status);
  reporter.message(
    `Until the promotion ${answered.size.toLocaleString('en')} flights of ${(answered.size + unanswered).toLocaleString('en')} were answered; of the others nobody was warned.`,
  );
  reporter.table([['step', 'status', 'evidence'], ...release.steps.map((step) => [step.kind, step.status, evidenceText(step)])]);
  return { endpoint: await millrace.endpoints.get(endpoint.name), release, monitor, answered };
}

async function promoteByHand({ millrace }: Story, releaseId: string): Promise<void> {
  const { status } = await millrace.releases.get(releaseId);
  if (status === 'CANARY') await millrace.releases.decide({ releaseId, decision: 'PROMOTE', reason: 'all flights of the first week were asked about' });
}

async function findOrCreate({ millrace, names }: Story): Promise<Environment> {
  for await (const environment of millrace.environments.list()) if (environment.name === names.environment) return environment;
  return millrace.environments.create({ name: names.environment, policy: { canarySteps: [CANARY] } });
}

/** Evidence has a sentence for people; without one, its plain values are shown. */
function evidenceText({ evidence }: ReleaseStep): string {
  if (typeof evidence['reason'] === 'string') return evidence['reason'];
  const parts = Object.entries(evidence).filter(([, value]) => typeof value !== 'object' || value === null);
  return parts.map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : String(value)}`).join(', ');
}
