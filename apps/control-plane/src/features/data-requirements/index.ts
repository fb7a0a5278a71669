export { DataRequirementResolver } from './data-requirement.resolver.ts';
export { DataRequirementService } from './data-requirement.service.ts';
