// Latin-1: text in which one character is one byte, to bytes and back.
//
// The engine's own conversion is a copy; one in JavaScript took a tenth of a run. It is called on the bytes themselves,
// since a Buffer around each of them would be as much garbage as the text. No Buffer leaves this file.

const { latin1Slice, latin1Write } = Buffer.prototype;

export function textOf(bytes: Uint8Array, length: number): string {
  return textBetween(bytes, 0, length);
}

export function textBetween(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end);
}

export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  latin1Write.call(bytes, text, 0, text.length);
  return bytes;
}
