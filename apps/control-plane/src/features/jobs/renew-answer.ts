import { registerEnumType } from 'type-graphql';

/** What whoever renews a lease is told. */
export const RenewAnswerEnum = { HELD: 'HELD', CANCEL_REQUESTED: 'CANCEL_REQUESTED', LOST: 'LOST' } as const;
export type RenewAnswer = keyof typeof RenewAnswerEnum;

registerEnumType(RenewAnswerEnum, { name: 'RenewAnswer' });
