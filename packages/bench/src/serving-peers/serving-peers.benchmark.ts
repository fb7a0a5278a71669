import { benchmarkOf } from '../benchmark.ts';
import { besidePeer } from './beside-peers.measure.ts';
import { ALL_PEERS } from './peers.ts';

/** Beside the servers that people choose in Python. */
export const servingPeersBenchmark = benchmarkOf(ALL_PEERS.map(besidePeer));
