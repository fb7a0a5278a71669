import { requireRowsAt } from '../broadcast.ts';
import { type Operator, type Rule } from '../operator.ts';
import { fixedValue, rowsValue } from '../row-value.ts';
import { RowsMixed } from '../rows-mixed.ts';
import { areSame, sizeOf, type Size } from '../size.ts';

/** LSTM, GRU and RNN: time is axis 0 and rows are axis 1, unless the layout says the other way; states have the rows where the layout puts them. */
function recurrent(states: readonly number[]): Rule {
  return (operator) => {
    if (operator.inputs.every((value) => value?.kind !== 'rows')) return [fixedValue(), fixedValue(), fixedValue()];
    const input = operator.rows(0);
    const isBatchFirst = operator.int('layout', 0) !== 0;
    const axis = isBatchFirst ? 0 : 1;
    if (input.axis !== axis || input.shape.length !== 3) throw new RowsMixed('it takes the axis of the rows for that of time');
    const rows = input.shape[axis] ?? sizeOf(1);
    for (const [index, value] of operator.inputs.entries()) {
      if (index === 0 || value === undefined) continue;
      if (index === 4) requireRowsAt(value, 1, rows);
      else if (states.includes(index)) requireState(operator, index, axis, rows);
      else operator.fixed(index, 'weights');
    }
    const [directions, hidden] = [sizeOf(operator.text('direction', 'forward') === 'bidirectional' ? 2 : 1), hiddenSize(operator)];
    const time = input.shape[isBatchFirst ? 1 : 0] ?? sizeOf(1);
    const last = isBatchFirst ? rowsValue(0, [rows, directions, hidden]) : rowsValue(1, [directions, rows, hidden]);
    return [isBatchFirst ? rowsValue(0, [rows, time, directions, hidden]) : rowsValue(2, [time, directions, rows, hidden]), last, last];
  };
}

function requireState(operator: Operator, index: number, axis: number, rows: Size): void {
  const state = operator.rows(index);
  if (state.axis !== axis || !areSame(state.shape[axis] ?? sizeOf(1), rows)) throw new RowsMixed('its first state is not that of the rows');
}

function hiddenSize(operator: Operator): Size {
  return operator.has('hidden_size') ? sizeOf(operator.int('hidden_size', 1)) : operator.unknownSize();
}

export const RECURRENT_RULES: Readonly<Record<string, Rule>> = { LSTM: recurrent([5, 6]), GRU: recurrent([5]), RNN: recurrent([5]) };
