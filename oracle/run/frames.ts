// Frames: where a reply ends in a stream of RESP2 or RESP3, read from Latin-1 text.

const LF = 10;
const ZERO = 48;
const MINUS = 45;

const INVALIDATION = ">2\r\n$10\r\ninvalidate\r\n";

/** Replies without what tells a client that tracks keys of changes: that comes at any time, to no request. */
export function withoutInvalidations(text: string): string {
  if (!text.includes(INVALIDATION)) return text;
  let kept = "";
  for (let at = 0; at < text.length; ) {
    const end = frameEnd(text, at);
    if (end < 0) return kept + text.slice(at);
    if (!text.startsWith(INVALIDATION, at)) kept += text.slice(at, end);
    at = end;
  }
  return kept;
}

/** The offset just behind the reply that begins at `at`; -1 while its end has not arrived, -2 when it is none. */
export function frameEnd(text: string, at: number): number {
  let pending = 1;
  let position = at;
  while (pending > 0) {
    if (position >= text.length) return -1;
    const mark = text[position] as string;
    const lineEnd = text.indexOf("\r\n", position + 1);
    if (lineEnd < 0) return -1;
    switch (mark) {
      case "+":
      case "-":
      case ":":
      case "_":
      case ",":
      case "#":
      case "(":
        position = lineEnd + 2;
        break;
      case "$":
      case "=":
      case "!": {
        const size = numberIn(text, position + 1, lineEnd);
        position = lineEnd + 2;
        if (size >= 0) position += size + 2;
        if (position > text.length) return -1;
        if (size >= 0 && text.charCodeAt(position - 1) !== LF) return -2;
        break;
      }
      case "*":
      case "~":
      case ">":
      case "%":
      case "|": {
        const count = Math.max(numberIn(text, position + 1, lineEnd), 0);
        position = lineEnd + 2;
        pending += mark === "%" || mark === "|" ? count * 2 : count;
        if (mark === "|") pending++; // An attribute comes before the reply that it describes.
        break;
      }
      default:
        return -2;
    }
    pending--;
  }
  return position;
}

function numberIn(text: string, from: number, to: number): number {
  if (text.charCodeAt(from) === MINUS) return -1;
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + text.charCodeAt(i) - ZERO;
  return value;
}
