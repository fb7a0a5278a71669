import type { Endpoint, Environment, ModelVersion, Monitor, Release, ReleaseStep } from '@millrace/sdk';
import { WINDOW_SECONDS } from '../calendar.ts';
import { COSTS } from '../costs.ts';
import type { Story } from '../story.ts';

export interface Released {
  readonly endpoint: Endpoint;
  readonly release: Release;
  readonly monitor: Monitor;
}

/** Step 5: checks, a canary of 10 %, then all of the traffic. The monitor is there before the first prediction. */
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
  const release = await handle.waitUntilPromoted({ timeoutSeconds: 300, onProgress: ({ progress, note }) => bar.update(progress, note ?? '') });
  bar.done(release.status);
  reporter.table([['step', 'status', 'evidence'], ...release.steps.map((step) => [step.kind, step.status, evidenceText(step)])]);
  return { endpoint: await millrace.endpoints.get(endpoint.name), release, monitor };
}

async function findOrCreate({ millrace, names }: Story): Promise<Environment> {
  for await (const environment of millrace.environments.list()) if (environment.name === names.environment) return environment;
  return millrace.environments.create({ name: names.environment });
}

/** Evidence has a sentence for people; without one, its plain values are shown. */
function evidenceText({ evidence }: ReleaseStep): string {
  if (typeof evidence['reason'] === 'string') return evidence['reason'];
  const parts = Object.entries(evidence).filter(([, value]) => typeof value !== 'object' || value === null);
  return parts.map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(4)) : String(value)}`).join(', ');
}
