const QUOTE = '"';
const BACKSLASH = '\\';

/**
 * Parses JSON in which NaN, Infinity and -Infinity may stand for numbers, as the clients of TensorFlow Serving and the
 * json module of Python write it. NaN becomes null, which is a missing float; Infinity becomes Infinity.
 *
 * @throws SyntaxError
 */
export function parseLenientJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    return JSON.parse(withoutLiterals(text));
  }
}

/** The text with every such word outside of strings in the words of JSON; a number beyond all floats is read as Infinity. */
function withoutLiterals(text: string): string {
  const words = /"|(?<![\w.])(?:NaN|Infinity)(?!\w)/g;
  let written = '';
  let from = 0;
  for (let found = words.exec(text); found !== null; found = words.exec(text)) {
    if (found[0] === QUOTE) {
      words.lastIndex = stringEnd(text, found.index + 1);
      continue;
    }
    written += text.slice(from, found.index) + (found[0] === 'NaN' ? 'null' : '1e999');
    from = words.lastIndex;
  }
  return written + text.slice(from);
}

/** Behind the quote that closes a string. */
function stringEnd(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    if (text[i] === BACKSLASH) i++;
    else if (text[i] === QUOTE) return i + 1;
  }
  return text.length;
}
