import { Millrace } from '@millrace/sdk';
import { explainFailure } from './explain-failure.ts';
import { FlightFile } from './flight-file.ts';
import type { FlightDelaysInput } from './options.ts';
import type { FlightDelaysResult } from './result.ts';
import { assessTheData, type AssessedData } from './steps/assess-the-data.ts';
import { loadTheDepartures, type LoadedDepartures } from './steps/load-the-departures.ts';
import { releaseTheBest, type Released } from './steps/release-the-best.ts';
import { serveTheFlights, type Served } from './steps/serve-the-flights.ts';
import { stateTheGoal } from './steps/state-the-goal.ts';
import { trainTheCandidates, type Trained } from './steps/train-the-candidates.ts';
import { mostDrifted, watchTheMonitor, type Watched } from './steps/watch-the-monitor.ts';
import { writeTheReport } from './steps/write-the-report.ts';
import { freeNames, type Story } from './story.ts';

/**
 * One use case through the whole loop, by the public SDK alone. Whatever fails is explained to the reporter, with the log of its
 * job, and thrown.
 */
export async function runFlightDelays({ url, token, dataFile, reporter, options = {} }: FlightDelaysInput): Promise<FlightDelaysResult> {
  const start = performance.now();
  const millrace = new Millrace({ url, token });
  const flights = await FlightFile.open(dataFile);
  try {
    const { sampleEvery = 10, rowsPerRequest = 500, concurrentRequests = 2, minimumRows = 1_000_000 } = options;
    const story = {
      millrace,
      flights,
      dataFile,
      reporter,
      names: await freeNames(millrace),
      options: { sampleEvery, rowsPerRequest, concurrentRequests, minimumRows },
    };
    return { ...(await tell(story)), seconds: (performance.now() - start) / 1_000 };
  } catch (error) {
    await explainFailure(millrace, reporter, error);
    throw error;
  } finally {
    flights.close();
    await millrace.close();
  }
}

async function tell(story: Story): Promise<Omit<FlightDelaysResult, 'seconds'>> {
  const { useCase } = await stateTheGoal(story);
  const data = await assessTheData(story, useCase.id);
  const loaded = await loadTheDepartures(story, useCase.id, data.dataSource.id);
  const trained = await trainTheCandidates(story, useCase.id, loaded.datasetVersion.id);
  const released = await releaseTheBest(story, useCase.id, trained.modelVersion);
  const served = await serveTheFlights(story, released.endpoint.name, released.answered);
  const watched = await watchTheMonitor(story, { useCaseId: useCase.id, monitorId: released.monitor.id }, served.labels);
  writeTheReport(story, watched, trained.modelVersion.version);
  return { useCase: pick(watched.useCase, 'id', 'name', 'status', 'goal'), ...builtPart(data, loaded, trained, released), ...livePart(served, watched) };
}

function builtPart(
  { assessment }: AssessedData,
  { datasetVersion, rowsLoaded, rowsQuarantined }: LoadedDepartures,
  { candidates, modelVersion }: Trained,
  { release }: Released,
) {
  return {
    assessment: pick(assessment, 'id', 'verdict', 'rows', 'findings'),
    datasetVersion: pick(datasetVersion, 'id', 'dataset', 'deltaVersion', 'rows', 'bytes'),
    rowsLoaded,
    rowsQuarantined,
    candidates: candidates.map(({ spec, metrics }) => ({ trainer: spec.trainer, metrics: metrics ?? {} })),
    modelVersion: pick(modelVersion, 'id', 'model', 'version', 'artifactDigest', 'artifactBytes', 'threshold'),
    release: { ...pick(release, 'id', 'status'), steps: release.steps.map((step) => pick(step, 'kind', 'status')) },
  };
}

function livePart({ labels, ...predictions }: Served, { useCase, monitor, windows, live }: Watched) {
  return {
    predictions,
    labels: { sent: labels, ...pick(monitor.labels, 'received', 'matched', 'unmatched') },
    windows: windows.length,
    drift: windows.map(({ windowStart, driftShare, drift }) => ({
      windowStart,
      driftShare,
      drifted: (drift ?? []).filter(({ drifted }) => drifted).map(({ feature }) => feature),
      highestPsi: mostDrifted(drift)?.psi ?? null,
    })),
    liveMetrics: live,
    milestones: useCase.milestones.map((milestone) => pick(milestone, 'name', 'metric', 'status', 'reason', 'threshold', 'dueAt')),
    reviews: useCase.reviews.map((review) => pick(review, 'id', 'status', 'reason')),
  };
}

function pick<Value extends object, Key extends keyof Value>(value: Value, ...keys: Key[]): Pick<Value, Key> {
  return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<Value, Key>;
}
