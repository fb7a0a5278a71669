export { StrategyReviewResolver } from './strategy-review.resolver.ts';
export { StrategyReviewService } from './strategy-review.service.ts';
export { StrategyReviewType } from './strategy-review.type.ts';
