// Trace: what happened, rolled into one hash; as text too when a person wants to read it.
//
// Role: two runs of one plan are the same run if and only if their hashes are equal. An entry is (time, node, kind,
// digest of the payload); at the end the number of draws of each stream of chance is added, so that a draw that
// changed nothing yet shows too.

const FNV_PRIME = 0x01000193;

export class Trace {
  readonly isFull: boolean;
  private high = 0x811c9dc5;
  private low = 0x9747b28c;
  private readonly lines: string[] = [];

  constructor(isFull: boolean) {
    this.isFull = isFull;
  }

  /** Notes one event. `kind` is a short word; `digest` stands for its payload. */
  note(atUs: number, node: number, kind: string, digest: number): void {
    this.mix(atUs >>> 0);
    this.mix(node ^ Math.floor(atUs / 4294967296));
    for (let i = 0; i < kind.length; i++) this.mix(kind.charCodeAt(i));
    this.mix(digest);
    if (this.isFull) this.lines.push(`${atUs} n${node} ${kind} ${(digest >>> 0).toString(16)}`);
  }

  /** Adds a line for a person; not part of the hash. Callers build the text only when `isFull`. */
  say(atUs: number, node: number, text: string): void {
    if (this.isFull) this.lines.push(`${atUs} n${node}   ${text}`);
  }

  /** 16 hex digits. */
  get hash(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  text(): string[] {
    return [...this.lines];
  }

  private mix(word: number): void {
    this.high = Math.imul(this.high ^ word, FNV_PRIME);
    this.high ^= this.high >>> 15;
    this.low = Math.imul(this.low ^ (word + this.high), 0x85ebca6b);
    this.low ^= this.low >>> 13;
  }
}

/** From so many bytes on they are taken by words. */
const LONG_BYTES = 64;

/** 32 bits of bytes[start, end). */
export function digestOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let i = start;
  if (end - start >= LONG_BYTES) {
    // Two chains, since one would wait for its own multiplications.
    const words = new DataView(bytes.buffer, bytes.byteOffset, end);
    let other = FNV_PRIME;
    for (; i + 8 <= end; i += 8) {
      hash = Math.imul(hash ^ words.getInt32(i, true), FNV_PRIME);
      other = Math.imul(other ^ words.getInt32(i + 4, true), 0x85ebca6b);
      hash ^= hash >>> 15; // Or the high bits of a word would reach nothing but high bits.
      other ^= other >>> 13;
    }
    hash ^= other;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
  return hash;
}

/** 32 bits of a text. */
export function digestOfText(text: string): number {
  let hash = 0x811c9dc5 ^ text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}
