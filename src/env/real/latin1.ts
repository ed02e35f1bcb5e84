// Latin-1 text by the platform's own code, for those who are told of every request.

/** The text of bytes[start, end), one character for each byte. */
export function realTextOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
