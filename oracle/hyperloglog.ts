// HyperLogLog: the strings in which PFADD counts, byte for byte as Redis keeps them.
//
//   | "HYLL" | encoding 1 | unused 3 | cached count 8, lowest first; its highest bit: not valid | registers ... |
//
//   dense    16384 registers of 6 bits, lowest bits first
//   sparse   runs:  00xxxxxx             x + 1 registers that are 0
//                   01xxxxxx xxxxxxxx    x + 1 registers that are 0
//                   1vvvvvxx             x + 1 registers that are v + 1
//
// Invariant: bytes are numbers in arrays that belong to one call; the model holds strings.

export const registerCount = 16_384;
const headerBytes = 16;
const denseBytes = headerBytes + (registerCount * 6) / 8;
const maxBits = 50; // of the hash, behind those that choose the register
const sparseValueMax = 32;
const sparseRunMax = 4;
const zeroRunMax = 64;
const bytesLooked = 5; // how far behind a change runs are joined

const sparse = 1;

/** One run of a sparse value. */
type Run = { readonly at: number; readonly bytes: 1 | 2; readonly value: number; readonly length: number };

/** An empty one. */
export function emptyHyperLogLog(): number[] {
  return [...bytesOf("HYLL"), sparse, ...new Array<number>(11).fill(0), 0x7f, 0xff];
}

export function bytesOf(text: string): number[] {
  const bytes = new Array<number>(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

export function textOf(bytes: readonly number[]): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 1024) text += String.fromCharCode(...bytes.slice(at, at + 1024));
  return text;
}

/** Whether commands take a string for one; its registers may still be corrupt. */
export function isHyperLogLog(text: string): boolean {
  if (text.length < headerBytes || !text.startsWith("HYLL")) return false;
  const encoding = text.charCodeAt(4);
  return encoding === sparse || (encoding === 0 && text.length === denseBytes);
}

export function isSparse(bytes: readonly number[]): boolean {
  return bytes[4] === sparse;
}

/** The count that is kept, or undefined when it is not valid. */
export function cachedCount(bytes: readonly number[]): bigint | undefined {
  if ((bytes[15] as number) >= 0x80) return undefined;
  return bytes.slice(8, 16).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

export function cacheCount(bytes: number[], count: number): void {
  let left = BigInt(count);
  for (let i = 8; i < 16; i++, left >>= 8n) bytes[i] = Number(left & 0xffn);
}

export function forgetCount(bytes: number[]): void {
  bytes[15] = (bytes[15] as number) | 0x80;
}

/** All registers, or undefined when the runs of a sparse one do not make up so many. */
export function registersOf(bytes: readonly number[]): number[] | undefined {
  if (!isSparse(bytes)) {
    const dense = new Array<number>(registerCount).fill(0);
    for (let index = 0; index < registerCount; index++) dense[index] = denseRegister(bytes, index);
    return dense;
  }
  const registers: number[] = [];
  for (const { value, length } of runsOf(bytes)) {
    if (registers.length + length > registerCount) return undefined;
    for (let i = 0; i < length; i++) registers.push(value);
  }
  return registers.length === registerCount ? registers : undefined;
}

/** Raises each of `registers` to what these bytes hold, where that is more; false when the runs are corrupt. */
export function mergeInto(registers: Uint8Array, bytes: readonly number[]): boolean {
  if (!isSparse(bytes)) {
    for (let index = 0; index < registerCount; index++) {
      const value = denseRegister(bytes, index);
      if (value > (registers[index] as number)) registers[index] = value;
    }
    return true;
  }
  let from = 0;
  for (const { value, length } of runsOf(bytes)) {
    const end = from + length;
    if (end > registerCount) return false;
    for (let index = from; value > 0 && index < end; index++) {
      if (value > (registers[index] as number)) registers[index] = value;
    }
    from = end;
  }
  return from === registerCount;
}

/** The runs of a sparse one. */
export function runsOf(bytes: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    const run = runAt(bytes, at);
    runs.push(run);
    at += run.bytes;
  }
  return runs;
}

function runAt(bytes: readonly number[], at: number): Run {
  const byte = bytes[at] as number;
  if (byte >= 0x80) return { at, bytes: 1, value: ((byte >> 2) & 0x1f) + 1, length: (byte & 3) + 1 };
  if (byte < 0x40) return { at, bytes: 1, value: 0, length: byte + 1 };
  return { at, bytes: 2, value: 0, length: (((byte & 0x3f) << 8) | (bytes[at + 1] ?? 0)) + 1 };
}

/** The dense form; undefined when it is corrupt. */
export function toDense(bytes: readonly number[]): number[] | undefined {
  if (!isSparse(bytes)) return [...bytes];
  const registers = registersOf(bytes);
  if (registers === undefined) return undefined;
  const dense = new Array<number>(denseBytes).fill(0);
  for (let i = 0; i < headerBytes; i++) dense[i] = bytes[i] as number;
  dense[4] = 0;
  for (const [index, value] of registers.entries()) if (value > 0) setDense(dense, index, value);
  return dense;
}

/** Adds an element: the bytes after it, "same" when nothing changed, or undefined when it is corrupt. */
export function added(
  bytes: readonly number[],
  element: string,
  sparseBytesMax: number,
): number[] | "same" | undefined {
  const { register, value } = placeOf(element);
  return raised(bytes, register, { value, sparseBytesMax });
}

/** Raises the registers of a dense one, which is the caller's own. */
export function raiseDense(bytes: number[], registers: Uint8Array): void {
  for (let index = 0; index < registerCount; index++) {
    const value = registers[index] as number;
    if (value > denseRegister(bytes, index)) setDense(bytes, index, value);
  }
}

/** Raises a register to a value, if it is lower. */
export function raised(
  bytes: readonly number[],
  register: number,
  to: { readonly value: number; readonly sparseBytesMax: number },
): number[] | "same" | undefined {
  if (isSparse(bytes)) return raisedSparse(bytes, register, to);
  if (denseRegister(bytes, register) >= to.value) return "same";
  const after = bytes.slice();
  setDense(after, register, to.value);
  return after;
}

function raisedSparse(
  bytes: readonly number[],
  register: number,
  { value, sparseBytesMax }: { readonly value: number; readonly sparseBytesMax: number },
): number[] | "same" | undefined {
  if (value > sparseValueMax) return promoted(bytes, register, value);
  let first = 0;
  let before: Run | undefined;
  let run: Run | undefined;
  for (let at = headerBytes; at < bytes.length; ) {
    const next = runAt(bytes, at);
    if (register < first + next.length) {
      run = next;
      break;
    }
    before = next;
    at += next.bytes;
    first += next.length;
  }
  if (run === undefined) return undefined;
  if (run.value >= value) return "same";
  const behind = first + run.length - 1 - register;
  const inside = [
    ...runBytes(run.value, register - first),
    ...runBytes(value, 1),
    ...runBytes(run.value, behind),
  ];
  const grown = bytes.length - run.bytes + inside.length;
  if (inside.length > run.bytes && grown > sparseBytesMax) return promoted(bytes, register, value);
  const after = [...bytes.slice(0, run.at), ...inside, ...bytes.slice(run.at + run.bytes)];
  joinRuns(after, before?.at ?? headerBytes);
  return after;
}

function runBytes(value: number, length: number): number[] {
  if (length === 0) return [];
  if (value > 0) return [0x80 | ((value - 1) << 2) | (length - 1)];
  if (length <= zeroRunMax) return [length - 1];
  return [0x40 | ((length - 1) >> 8), (length - 1) & 0xff];
}

// Neighbours of one value become one run, as far as a run may reach; only near the change.
function joinRuns(bytes: number[], from: number): void {
  let at = from;
  for (let looks = bytesLooked; looks > 0 && at < bytes.length; looks--) {
    const run = runAt(bytes, at);
    const next = run.value > 0 && at + 1 < bytes.length ? runAt(bytes, at + 1) : undefined;
    const length = run.length + (next?.length ?? 0);
    if (next !== undefined && next.value === run.value && length <= sparseRunMax) {
      bytes.splice(at, 2, ...runBytes(run.value, length));
    } else {
      at += run.bytes;
    }
  }
}

function promoted(bytes: readonly number[], register: number, value: number): number[] | undefined {
  const dense = toDense(bytes);
  if (dense !== undefined) setDense(dense, register, value);
  return dense;
}

function denseRegister(bytes: readonly number[], index: number): number {
  const at = headerBytes + Math.floor((index * 6) / 8);
  const pair = (bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8);
  return (pair >> ((index * 6) % 8)) & 63;
}

function setDense(bytes: number[], index: number, value: number): void {
  const at = headerBytes + Math.floor((index * 6) / 8);
  const shift = (index * 6) % 8;
  const pair = (bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8);
  const changed = (pair & ~(63 << shift)) | (value << shift);
  bytes[at] = changed & 0xff;
  if (at + 1 < bytes.length) bytes[at + 1] = changed >> 8;
}

const alpha = 0.7213475204444817;

/** The estimate, by Ertl's improved way of reading the registers. */
export function estimate(registers: Iterable<number>): number {
  const counts = new Array<number>(64).fill(0);
  for (const value of registers) counts[value] = (counts[value] as number) + 1;
  const m = registerCount;
  let z = m * tau((m - (counts[maxBits + 1] as number)) / m);
  for (let i = maxBits; i >= 1; i--) z = (z + (counts[i] as number)) * 0.5;
  z += m * sigma((counts[0] as number) / m);
  return Math.round((alpha * m * m) / z);
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - x;
  for (let before = Number.NaN; before !== z; ) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let x = share;
  let y = 1;
  let z = x;
  for (let before = Number.NaN; before !== z; ) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

const seed = 0xadc83b19n;
const multiplier = 0xc6a4a7935bd1e995n;
const word = 0xffffffffffffffffn;

// The lowest 14 bits choose the register; its value is where the first 1 of the others stands.
function placeOf(element: string): { readonly register: number; readonly value: number } {
  const hash = murmur(element);
  let rest = (hash >> 14n) | (1n << BigInt(maxBits));
  let value = 1;
  for (; (rest & 1n) === 0n; rest >>= 1n) value++;
  return { register: Number(hash & 0x3fffn), value };
}

// MurmurHash64A, by its public description.
function murmur(text: string): bigint {
  const multiply = (value: bigint): bigint => (value * multiplier) & word;
  const fold = (value: bigint): bigint => value ^ (value >> 47n);
  let hash = seed ^ multiply(BigInt(text.length));
  const whole = text.length - (text.length % 8);
  for (let at = 0; at < whole; at += 8) {
    hash = multiply(hash ^ multiply(fold(multiply(littleEndian(text, at, 8)))));
  }
  if (whole < text.length) hash = multiply(hash ^ littleEndian(text, whole, text.length - whole));
  return fold(multiply(fold(hash)));
}

function littleEndian(text: string, at: number, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(text.charCodeAt(at + i));
  return value;
}
