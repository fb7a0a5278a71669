export { ExperimentResolver } from './experiment.resolver.ts';
export { ExperimentService } from './experiment.service.ts';
export { TrainingRunResolver } from './training-run.resolver.ts';
