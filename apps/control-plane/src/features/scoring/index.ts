export { ScoringRunResolver } from './scoring-run.resolver.ts';
export { ScoringRunService } from './scoring-run.service.ts';
export { ScoringTaskResolver } from './scoring-task.resolver.ts';
export { ScoringTaskService } from './scoring-task.service.ts';
