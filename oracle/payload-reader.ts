// PayloadReader: lengths, strings and numbers as files of RDB version 10 hold them.

/** Reads what a payload holds; every reader answers undefined where the bytes end too early or make no sense. */
export class PayloadReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  byte(): number | undefined {
    return this.at < this.text.length ? this.text.charCodeAt(this.at++) : undefined;
  }

  /** A length, or a number of an encoding of strings. */
  private prefix(): { readonly value: number; readonly isEncoding: boolean } | undefined {
    const first = this.byte();
    if (first === undefined) return undefined;
    const rest = first & 0x3f;
    if (first >> 6 === 0) return { value: rest, isEncoding: false };
    if (first >> 6 === 3) return { value: rest, isEncoding: true };
    const value = first >> 6 === 1 ? this.number(1, rest) : first === 0x80 ? this.number(4, 0) : undefined;
    if (first === 0x81) {
      const long = this.number(8, 0);
      return long === undefined ? undefined : { value: long, isEncoding: false };
    }
    return value === undefined ? undefined : { value, isEncoding: false };
  }

  /** How many elements follow. */
  count(): number | undefined {
    const prefix = this.prefix();
    return prefix === undefined || prefix.isEncoding ? undefined : prefix.value;
  }

  /** As `count`, of 64 bits, none of them lost. */
  whole(): bigint | undefined {
    const first = this.text.charCodeAt(this.at);
    if (first !== 0x81) {
      const count = this.count();
      return count === undefined ? undefined : BigInt(count);
    }
    this.at++;
    return this.wholeBytes();
  }

  /** Eight bytes, the highest first. */
  wholeBytes(): bigint | undefined {
    const bytes = this.bytes(8);
    if (bytes === undefined) return undefined;
    let value = 0n;
    for (let i = 0; i < 8; i++) value = value * 256n + BigInt(bytes.charCodeAt(i));
    return value;
  }

  /** A time, Unix milliseconds: eight bytes, the lowest first. */
  time(): number | undefined {
    const bytes = this.bytes(8);
    if (bytes === undefined) return undefined;
    let value = 0n;
    for (let i = 7; i >= 0; i--) value = value * 256n + BigInt(bytes.charCodeAt(i));
    return Number(BigInt.asIntN(64, value));
  }

  /** A double: eight bytes, lowest first. */
  double(): number | undefined {
    const bytes = this.bytes(8);
    if (bytes === undefined) return undefined;
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 8; i++) view.setUint8(i, bytes.charCodeAt(i));
    return view.getFloat64(0, true);
  }

  /** A double as text behind its length; 253 to 255 say not a number, infinite, and infinite below zero. */
  doubleText(): number | undefined {
    const length = this.byte();
    if (length === undefined) return undefined;
    if (length === 253) return Number.NaN;
    if (length === 254) return Number.POSITIVE_INFINITY;
    if (length === 255) return Number.NEGATIVE_INFINITY;
    const text = this.bytes(length);
    return text === undefined ? undefined : Number(text);
  }

  /** Everything was read. */
  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  string(): string | undefined {
    const length = this.prefix();
    if (length === undefined) return undefined;
    if (!length.isEncoding) return this.bytes(length.value);
    switch (length.value) {
      case 0:
        return this.integer(1);
      case 1:
        return this.integer(2);
      case 2:
        return this.integer(4);
      case 3:
        return this.compressed();
      default:
        return undefined;
    }
  }

  private compressed(): string | undefined {
    const packed = this.prefix();
    const unpacked = this.prefix();
    if (packed === undefined || unpacked === undefined) return undefined;
    const bytes = this.bytes(packed.value);
    return bytes === undefined ? undefined : decompressed(bytes, unpacked.value);
  }

  bytes(count: number): string | undefined {
    if (this.at + count > this.text.length) return undefined;
    const bytes = this.text.slice(this.at, this.at + count);
    this.at += count;
    return bytes;
  }

  // Highest byte first, behind what is there already.
  private number(count: number, before: number): number | undefined {
    let value = before;
    for (let i = 0; i < count; i++) {
      const byte = this.byte();
      if (byte === undefined) return undefined;
      value = value * 256 + byte;
    }
    return value;
  }

  // Signed, lowest byte first, as its decimal text.
  private integer(count: number): string | undefined {
    const bytes = this.bytes(count);
    if (bytes === undefined) return undefined;
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = value * 256n + BigInt(bytes.charCodeAt(i));
    return `${BigInt.asIntN(count * 8, value)}`;
  }
}

/**
 * What an LZF stream holds, if it is exactly `length` bytes. A control byte below 32 is followed by that many
 * literals and one more; any other by a distance back, with the length in its upper three bits.
 */
function decompressed(stream: string, length: number): string | undefined {
  const out: string[] = [];
  let at = 0;
  while (at < stream.length) {
    const control = stream.charCodeAt(at++);
    if (control < 32) {
      if (at + control + 1 > stream.length) return undefined;
      out.push(...stream.slice(at, at + control + 1));
      at += control + 1;
    } else {
      let count = control >> 5;
      if (count === 7) count += stream.charCodeAt(at++); // NaN behind the end, refused below
      const from = out.length - (((control & 31) << 8) + stream.charCodeAt(at++) + 1);
      if (!(from >= 0) || Number.isNaN(count)) return undefined;
      for (let i = 0; i < count + 2; i++) out.push(out[from + i] as string);
    }
    if (out.length > length) return undefined;
  }
  return out.length === length ? out.join("") : undefined;
}
