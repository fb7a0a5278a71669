import { setImmediate } from 'node:timers/promises';
import { Millrace } from '@millrace/sdk';
import { expect, it } from 'vitest';
import type { Flight, FlightFile } from '../flight-file.ts';
import type { Story } from '../story.ts';
import { serveTheFlights } from './serve-the-flights.ts';

const flight: Flight = { eventId: 'flight-1', departedAt: Date.UTC(2001, 3, 1), features: [], late: 0 };
const quiet: Story['reporter'] = { step: () => {}, message: () => {}, table: () => {}, progress: () => ({ update: () => {}, done: () => {} }) };

it('a prediction that fails stops the replay with its reason, also while the next flights are still read', async () => {
  const millrace = new Millrace({ url: 'http://127.0.0.1:1', token: 'mlr_none', webSocket: false, retries: { attempts: 1 } });
  let batches = 0;
  const flights: Pick<FlightFile, 'liveFlights' | 'departures'> = {
    liveFlights: () => Promise.resolve(100),
    departures: async function* () {
      for (batches = 1; batches < 500; batches++) {
        yield [flight];
        for (let turn = 0; turn < 20; turn++) await setImmediate();
      }
    },
  };
  millrace.predict = () => Promise.reject(new Error('the node is gone'));
  const story = {
    millrace,
    flights,
    reporter: quiet,
    options: { sampleEvery: 1, rowsPerRequest: 1, concurrentRequests: 2, minimumRows: 1 },
  } as unknown as Story;
  await expect(serveTheFlights(story, 'late-flights')).rejects.toThrow('the node is gone');
  expect(batches).toBeLessThan(10);
});
