// Latin-1: text in which one character is one byte, to bytes and back.
//
// The engine's own conversion is a copy; one in JavaScript took a tenth of a run. No Buffer leaves this file, and none
// is made unfilled.

export function textOf(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
}

export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  Buffer.from(bytes.buffer).write(text, "latin1");
  return bytes;
}
