export type { Trainer } from './trainer.ts';
