import { MillraceError, type TrainerName } from '@millrace/contracts';
import type { Trainer } from '../trainer.ts';
import { baselineTrainer } from './baseline.trainer.ts';
import { gradientBoostedTreesTrainer } from './gradient-boosted-trees/gradient-boosted-trees.trainer.ts';
import { logisticRegressionTrainer } from './logistic-regression/logistic-regression.trainer.ts';

const BY_NAME: Readonly<Record<TrainerName, Trainer>> = {
  baseline: baselineTrainer,
  'logistic-regression': logisticRegressionTrainer,
  'gradient-boosted-trees': gradientBoostedTreesTrainer,
};

/** The trainer called `name`; `TRAINER_UNKNOWN` when there is none. */
export function trainerNamed(name: string): Trainer {
  const trainer = Object.hasOwn(BY_NAME, name) ? BY_NAME[name as TrainerName] : undefined;
  if (trainer === undefined) {
    throw new MillraceError('TRAINER_UNKNOWN', `There is no trainer "${name}". Use one of: ${Object.keys(BY_NAME).join(', ')}.`, { fields: { trainer: name } });
  }
  return trainer;
}
