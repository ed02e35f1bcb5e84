// Byte builder: a growing run of bytes that a library writes before it becomes a string of Lua's.

const BYTES_KEPT = 64 * 1024;

export class ByteBuilder {
  bytes = new Uint8Array(1024);
  length = 0;

  /** Begins again; a buffer that had to be large is given up. */
  reset(): void {
    this.length = 0;
    if (this.bytes.length > BYTES_KEPT) this.bytes = new Uint8Array(1024);
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  text(text: string): void {
    this.reserve(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i);
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    if (end - start < 32) for (let i = start; i < end; i++) bytes[this.length++] = source[i] as number;
    else {
      bytes.set(source.subarray(start, end), this.length);
      this.length += end - start;
    }
  }
}
