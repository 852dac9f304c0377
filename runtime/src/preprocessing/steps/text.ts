import type { StepSpec } from '../../contract';
import type { Path, Planner } from '../planner';

/** What Python takes for white space at the ends of a string; `trim` of JavaScript differs in a few characters. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING = new RegExp(`^[${SPACE}]+`);
const ONE_SPACE = new RegExp(`[${SPACE}]`);

export function planText(planner: Planner, step: Extract<StepSpec, { step: 'text' }>, path: Path): void {
  const source = planner.use([...path, 'field'], step.field, ['string']);
  if (!step.trim && !step.lowercase) {
    planner.fault(path, {
      what: 'a text step does nothing',
      allowed: '`trim: true`, `lowercase: true` or both',
      remedy: 'Say what it is to do, or remove it.',
    });
  }
  const target = planner.result(step, path, source, 'string', source?.nullable ?? false);
  if (source === undefined) return;
  const from = source.slot;
  planner.operations.push(({ rows, texts }) => {
    for (let row = 0; row < rows; row++) {
      let text = texts[from * rows + row] ?? null;
      if (text !== null && step.trim) text = strip(text);
      if (text !== null && step.lowercase) text = text.toLowerCase();
      texts[target * rows + row] = text;
    }
  });
}

/** The end is searched backwards by hand: a pattern bound to the end starts anew at every space of a long text. */
function strip(text: string): string {
  const start = text.replace(LEADING, '');
  let end = start.length;
  while (end > 0 && ONE_SPACE.test(start[end - 1]!)) end--;
  return start.slice(0, end);
}
