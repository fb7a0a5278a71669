import { arch, availableParallelism } from 'node:os';
import { join } from 'node:path';
import { halfOfMemory, type Logger } from '@millrace/service-kit';
import { InferenceEngine } from './engine/inference-engine.ts';
import { MemoryBudget } from './engine/memory/memory-budget.ts';
import { ModelInspections } from './engine/inspection/model-inspections.ts';
import { Rehearsals } from './engine/inspection/rehearsals.ts';
import { Suspects } from './engine/inspection/suspects.ts';
import { ModelSizes } from './engine/memory/model-sizes.ts';
import { RememberedBatchSizes } from './engine/batching/remembered-batch-sizes.ts';
import { RememberedNumbers } from './engine/memory/remembered-numbers.ts';
import { residentBytes } from './engine/memory/resident-bytes.ts';
import type { NodeSettings } from './node-settings.ts';

/** The engine of a node, with what it measured in earlier lives. */
export interface NodeEngine {
  readonly engine: InferenceEngine;
  /** Answers what was submitted, releases every session, and resolves when what was measured is on disk. What takes longer than this is ended. */
  close(milliseconds: number): Promise<void>;
}

/** Nodes of one class are alike: what was measured on one holds on the others. */
export function nodeClassOf({ provider }: NodeSettings): string {
  return `${provider}-${arch()}-${availableParallelism()}`;
}

export async function openEngine(
  settings: NodeSettings,
  { logger, onFault, onHealth }: { readonly logger: Logger; readonly onFault: (error: unknown) => void; readonly onHealth: () => void },
): Promise<NodeEngine> {
  const sizes = await RememberedNumbers.open(join(settings.stateFolder, 'model-sizes.json'));
  const batchSizes = await RememberedNumbers.open(join(settings.stateFolder, 'batch-sizes.json'));
  const rehearsed = await RememberedNumbers.open(join(settings.stateFolder, 'rehearsed-models.json'));
  const suspects = Suspects.open(join(settings.stateFolder, 'suspects.json'), Date.now());
  const budgetBytes = settings.memoryBudgetBytes ?? halfOfMemory();
  const engine = new InferenceEngine({
    provider: settings.provider,
    workingProviders: settings.executionProviders,
    inspections: new ModelInspections(),
    suspects,
    rehearsals: new Rehearsals(rehearsed),
    batchSizes: new RememberedBatchSizes(batchSizes, nodeClassOf(settings)),
    limits: settings.batch,
    budget: new MemoryBudget({ budgetBytes, residentBytes }),
    sizes: new ModelSizes(sizes),
    loadTimeoutMilliseconds: settings.loadTimeoutMilliseconds,
    runTimeoutMilliseconds: settings.runTimeoutMilliseconds,
    memoryLimitBytes: budgetBytes,
    onFault,
    onHealth,
    logger,
  });
  return {
    engine,
    close: async (milliseconds) => {
      await engine.close(AbortSignal.timeout(milliseconds));
      suspects.close();
      await Promise.all([sizes.written(), batchSizes.written(), rehearsed.written()]);
    },
  };
}
