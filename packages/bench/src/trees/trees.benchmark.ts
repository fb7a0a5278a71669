import { benchmarkOf } from '../benchmark.ts';
import { besideLightgbm } from './beside-lightgbm.measure.ts';

const SETS = ['breast-cancer', 'digits', 'diabetes', 'german-credit', 'lending-club', 'churn', 'credit', 'flights', 'new-york'];

/** Boosted trees beside LightGBM on sets that packages carry; `bank`, which none does, when BANK_CSV says where it is. */
export const treesBenchmark = benchmarkOf((process.env['BANK_CSV'] === undefined ? SETS : [...SETS, 'bank']).map(besideLightgbm));
