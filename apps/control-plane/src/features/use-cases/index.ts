export { BusinessGoalResolver } from './business-goal.resolver.ts';
export { UseCaseResolver } from './use-case.resolver.ts';
export { UseCaseService } from './use-case.service.ts';
