// Reply frames: where each reply of a RESP2 or RESP3 stream ends, and what stands inside it.
//
// Role: two correct servers are compared by the raw bytes of their replies, so a frame keeps them. Finding the
// end of a reply (`frameEnd`) builds nothing; the tree (`parseFrame`) is built only where bytes differ.
// Invariant: a frame's bytes are exactly those between its type mark and the end of its last element.

/** A reply as it stood on the wire. `text` is the payload of a leaf, in Latin-1; containers have `items`. */
export type Frame = {
  readonly mark: string;
  readonly raw: Buffer;
  readonly text: string;
  readonly items: readonly Frame[];
};

const CR = 13;
const LF = 10;

/** Offset just behind the reply that begins at `at`, or -1 while its end has not arrived. Throws on no reply. */
export function frameEnd(bytes: Buffer, at: number): number {
  let pending = 1;
  let position = at;
  while (pending > 0) {
    if (position >= bytes.length) return -1;
    const mark = String.fromCharCode(bytes[position] as number);
    const lineEnd = findLineEnd(bytes, position + 1);
    if (lineEnd < 0) return -1;
    const count = Number(bytes.toString("latin1", position + 1, lineEnd));
    position = lineEnd + 2;
    if ("$=!".includes(mark)) {
      if (count >= 0) position += count + 2;
      if (position > bytes.length) return -1;
    } else if ("*~>".includes(mark)) {
      pending += Math.max(count, 0);
    } else if (mark === "%") {
      pending += count * 2;
    } else if (mark === "|") {
      pending += count * 2 + 1; // An attribute comes before the reply that it describes.
    } else if (!"+-:_,#(".includes(mark)) {
      throw new Error(`no reply begins with ${JSON.stringify(mark)}`);
    }
    pending--;
  }
  return position;
}

/** The reply that `bytes` holds, whole, from `at`. */
export function parseFrame(bytes: Buffer, at = 0): Frame {
  return parseAt(bytes, at).frame;
}

/** True for the null of RESP3 and the two of RESP2; a bulk string "-1" is none. */
export function isNullFrame({ raw }: Frame): boolean {
  return raw[0] === 95 || ((raw[0] === 36 || raw[0] === 42) && raw[1] === 45);
}

/** True for the replies `-...` and `!...`. */
export function isErrorFrame(raw: Buffer): boolean {
  return raw[0] === 45 || raw[0] === 33;
}

/** The first word of an error reply, e.g. "WRONGTYPE". */
export function errorKind(raw: Buffer): string {
  const line = raw.toString("latin1", 1, Math.min(raw.length, 200));
  return /^[^ \r]*/.exec(line)?.[0] ?? "";
}

function parseAt(bytes: Buffer, at: number): { frame: Frame; end: number } {
  const mark = String.fromCharCode(bytes[at] as number);
  const lineEnd = findLineEnd(bytes, at + 1);
  const text = bytes.toString("latin1", at + 1, lineEnd);
  let end = lineEnd + 2;
  if ("$=!".includes(mark) && text !== "-1") {
    const from = end;
    end += Number(text) + 2;
    return { frame: frame(mark, bytes.subarray(at, end), bytes.toString("latin1", from, end - 2)), end };
  }
  const items: Frame[] = [];
  const perEntry = mark === "%" || mark === "|" ? 2 : 1;
  const count = "*~>%|".includes(mark) ? Number(text) * perEntry + (mark === "|" ? 1 : 0) : 0;
  for (let i = 0; i < count; i++) {
    const item = parseAt(bytes, end);
    items.push(item.frame);
    end = item.end;
  }
  return { frame: frame(mark, bytes.subarray(at, end), text, items), end };
}

function frame(mark: string, raw: Buffer, text: string, items: readonly Frame[] = []): Frame {
  return { mark, raw, text, items };
}

function findLineEnd(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(CR, from);
  while (at >= 0 && bytes[at + 1] !== LF) {
    if (at + 1 >= bytes.length) return -1;
    at = bytes.indexOf(CR, at + 1);
  }
  return at;
}
