/** What an answer was expected to be, and is not; undefined when it is. */
function difference(check, reply) {
  if (reply === null || typeof reply !== 'object') return 'the answer is not JSON';
  if (check.digest !== undefined) return differs('digest', reply.digest, check.digest);
  if (check.outputs !== undefined)
    return firstOf(check.outputs, (want) => compareOutput(check, want, reply.outputs));
  const { predictions } = reply;
  if (!Array.isArray(predictions)) return 'the answer has no predictions';
  return (
    differs('number of predictions', predictions.length, check.predictions.length) ??
    firstOf(check.predictions, (want, row) => comparePrediction(check, want, predictions[row], row))
  );
}

function compareOutput(check, want, outputs) {
  const got = Array.isArray(outputs) ? outputs.find(({ name }) => name === want.name) : undefined;
  if (!Array.isArray(got?.data)) return `the output ${want.name} is missing`;
  return (
    differs(`datatype of ${want.name}`, got.datatype, want.datatype) ??
    differs(`shape of ${want.name}`, show(got.shape), show(want.shape)) ??
    firstOf(want.data, (value, i) => {
      const equal = want.float ? within(check.tolerance, got.data[i], value) : same(got.data[i], value);
      return equal ? undefined : told(`${want.name}, element ${i}`, got.data[i], value);
    })
  );
}

function comparePrediction({ tolerance }, want, got, row) {
  return firstOf(Object.entries(want), ([key, value]) => {
    const numbers = typeof value === 'number' && typeof got?.[key] === 'number';
    const equal = numbers ? within(tolerance, got[key], value) : got?.[key] === value;
    return equal ? undefined : told(`predictions[${row}].${key}`, got?.[key], value);
  });
}

/** Written so that null, which is NaN, fails. */
function within({ absolute, relative }, got, want) {
  return typeof got === 'number' && Math.abs(got - want) <= absolute + relative * Math.abs(want);
}

/** 64-bit integers may be written as numbers or as strings of digits. */
const same = (got, want) =>
  got === want || (got !== null && typeof got !== 'object' && String(got) === String(want));

const differs = (what, got, want) => (got === want ? undefined : told(what, got, want));
const told = (what, got, want) => `${what} is ${show(got)}, expected ${show(want)}`;
const show = (value) => JSON.stringify(value) ?? 'missing';

function firstOf(items, find) {
  for (const [i, item] of items.entries()) {
    const found = find(item, i);
    if (found !== undefined) return found;
  }
  return undefined;
}

exports.difference = difference;
