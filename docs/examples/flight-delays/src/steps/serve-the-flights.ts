import type { Label } from '@millrace/sdk';
import { DAY_MILLISECONDS } from '../calendar.ts';
import type { Flight } from '../flight-file.ts';
import type { Story } from '../story.ts';
import { columnsOf } from './ask-the-canary.ts';
import { OutcomeMail } from './outcome-mail.ts';

/** What was sent. `offered` is how many flights there were to predict. */
export interface Served {
  readonly offered: number;
  readonly sent: number;
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly labels: number;
}

/** Step 6: the flights of April to June in the order of departure, but those that the canary has answered; each outcome follows a day of event time later. */
export async function serveTheFlights(story: Story, endpoint: string, answered: ReadonlySet<string> = new Set()): Promise<Served> {
  const { millrace, flights, reporter, options } = story;
  reporter.step('Serving: April to June over HTTP, by the Open Inference Protocol');
  const offered = await flights.liveFlights();
  const expected = Math.ceil(offered / options.sampleEvery);
  reporter.message(
    `Of ${offered.toLocaleString('en')} flights every ${ordinal(options.sampleEvery)} is sent (about ${expected.toLocaleString('en')}), in batches of ${options.rowsPerRequest}.`,
  );
  const bar = reporter.progress('Predicting');
  const mail = new OutcomeMail((labels) => millrace.labels.record(endpoint, labels));
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [sent, requests] = [answered.size, answered.size];
  const predict = async (batch: readonly Flight[]): Promise<void> => {
    if (batch.length === 0) return;
    await millrace.predict(endpoint, columnsOf(batch), {
      eventIds: batch.map(({ eventId }) => eventId),
      eventTimes: batch.map(({ departedAt }) => departedAt),
    });
    sent += batch.length;
    requests += 1;
  };
  const start = performance.now();
  for await (const batch of flights.departures(options.sampleEvery, options.rowsPerRequest)) {
    const call = predict(batch.filter(({ eventId }) => !answered.has(eventId)))
      .catch((error: unknown) => void failures.push(error))
      .finally(() => underWay.delete(call));
    underWay.add(call);
    if (underWay.size >= options.concurrentRequests) await Promise.race(underWay);
    if (failures.length > 0) throw failures[0];
    const now = batch[0]?.departedAt ?? 0;
    mail.keep(batch.map(labelOf));
    await mail.sendKnown(now);
    bar.update(
      sent / expected,
      `${new Date(now).toISOString().slice(0, 10)}, ${sent.toLocaleString('en')} predictions, ${mail.sent.toLocaleString('en')} outcomes`,
    );
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  const seconds = (performance.now() - start) / 1_000;
  const perSecond = (sent - answered.size) / seconds;
  await mail.sendKnown(Number.POSITIVE_INFINITY);
  bar.done(
    `${sent.toLocaleString('en')} predictions in ${requests} requests, ${Math.round(perSecond).toLocaleString('en')}/s with ${mail.sent.toLocaleString('en')} outcomes on the way`,
  );
  return { offered, sent, requests, seconds, perSecond, labels: mail.sent };
}

function labelOf({ eventId, departedAt, late }: Flight): Label & { readonly knownAt: number } {
  return { eventId, value: late, eventTime: new Date(departedAt), knownAt: departedAt + DAY_MILLISECONDS };
}

function ordinal(number: number): string {
  const last = number % 10;
  const teens = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${teens ? 'th' : last === 1 ? 'st' : last === 2 ? 'nd' : last === 3 ? 'rd' : 'th'}`;
}
