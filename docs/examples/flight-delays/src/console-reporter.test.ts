import { expect, test } from 'vitest';
import { ConsoleReporter } from './console-reporter.ts';

function reporterOn(isTTY: boolean): { readonly reporter: ConsoleReporter; readonly text: () => string } {
  let text = '';
  let clock = 0;
  const output = {
    isTTY,
    write: (part: string) => {
      text += part;
    },
  };
  return { reporter: new ConsoleReporter(output, () => (clock += 1_500)), text: () => text };
}

test('a terminal sees one line that redraws itself', () => {
  const { reporter, text } = reporterOn(true);
  const bar = reporter.progress('Loading');
  for (let i = 0; i <= 10; i++) bar.update(i / 10, 'rows');
  bar.done('10 rows');
  expect(text().split('\n')).toHaveLength(2);
  expect(text()).toContain(`\r\u001B[2K   Loading ${'█'.repeat(12)}${'░'.repeat(12)}  50 % rows`);
  expect(text()).toContain('Loading ✓ 10 rows (1.5 s)\n');
});

test('a line is never wider than the terminal, and what is said in mid-bar begins on its own line', () => {
  let text = '';
  const reporter = new ConsoleReporter({ isTTY: true, columns: 40, write: (part: string) => (text += part) });
  reporter.progress('Loading').update(0.5, 'a note that is much too long for this terminal');
  reporter.message('Stopped');
  const [bar, ...rest] = text.replace('\r\u001B[2K', '').split('\n');
  expect(bar).toHaveLength(39);
  expect(rest).toEqual(['   Stopped', '']);
});

test('a log file gets a few lines, however often the bar moves', () => {
  const { reporter, text } = reporterOn(false);
  const bar = reporter.progress('Loading');
  for (let i = 0; i <= 1_000; i++) bar.update(i / 1_000);
  bar.done('done');
  expect(text()).toBe('   Loading  25 %\n   Loading  50 %\n   Loading  75 %\n   Loading ✓ done (1.5 s)\n');
});

test('steps are numbered and tables line up', () => {
  const { reporter, text } = reporterOn(false);
  reporter.step('Goal');
  reporter.step('Data');
  reporter.table([
    ['month', 'rows'],
    ['2001-01', '5'],
  ]);
  expect(text()).toBe('\n1. Goal\n\n2. Data\n   month    rows\n   ───────  ────\n   2001-01  5\n');
});
