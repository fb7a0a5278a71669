export { CreateMilestoneInput, createMilestoneSchema } from './milestone.inputs.ts';
export { MilestoneResolver } from './milestone.resolver.ts';
export { MilestoneService } from './milestone.service.ts';
export { MilestoneType } from './milestone.type.ts';
