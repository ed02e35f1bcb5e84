// Packed lists inside payloads: listpacks and intsets, read to texts.

/** The elements of a listpack; undefined when it is malformed. */
export function listpackElements(bytes: string): string[] | undefined {
  // | total bytes 4 | elements 2 | element: encoding and bytes, length of both from behind | ... | ff |
  if (bytes.length < 7 || numberAt(bytes, 0, 4) !== BigInt(bytes.length)) return undefined;
  const elements: string[] = [];
  let at = 6;
  while (bytes.charCodeAt(at) !== 0xff) {
    const element = listpackElement(bytes, at);
    if (element === undefined || element.end > bytes.length - 1) return undefined;
    elements.push(element.text);
    at = element.end + backLengthBytes(element.end - at);
    if (at > bytes.length - 1) return undefined;
  }
  const count = Number(numberAt(bytes, 4, 2));
  const isCounted = count === elements.length || count === 65535;
  return at === bytes.length - 1 && isCounted ? elements : undefined;
}

/** The members of an intset; undefined when it is malformed. */
export function intsetMembers(bytes: string): string[] | undefined {
  // | bytes of a member 4 | members 4 | members, ascending |
  if (bytes.length < 8) return undefined;
  const width = Number(numberAt(bytes, 0, 4));
  const count = Number(numberAt(bytes, 4, 4));
  if (![2, 4, 8].includes(width) || bytes.length !== 8 + width * count) return undefined;
  const members: string[] = [];
  for (let i = 0; i < count; i++) members.push(signedAt(bytes, 8 + i * width, width));
  return members;
}

function listpackElement(
  bytes: string,
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  const first = bytes.charCodeAt(at);
  const second = bytes.charCodeAt(at + 1);
  const textOf = (from: number, length: number): { text: string; end: number } => {
    return { text: bytes.slice(from, from + length), end: from + length };
  };
  if (first < 0x80) return { text: `${first}`, end: at + 1 };
  if (first < 0xc0) return textOf(at + 1, first & 0x3f);
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | second;
    return { text: `${value >= 4096 ? value - 8192 : value}`, end: at + 2 };
  }
  if (first < 0xf0) return textOf(at + 2, ((first & 0x0f) << 8) | second);
  if (first === 0xf0) return textOf(at + 5, Number(numberAt(bytes, at + 1, 4)));
  const width = [2, 3, 4, 8][first - 0xf1];
  return width === undefined ? undefined : { text: signedAt(bytes, at + 1, width), end: at + 1 + width };
}

// The length from behind takes seven bits a byte.
function backLengthBytes(length: number): number {
  let bytes = 1;
  for (let left = length; left >= 128; left = Math.floor(left / 128)) bytes++;
  return bytes;
}

function numberAt(bytes: string, at: number, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = value * 256n + BigInt(bytes.charCodeAt(at + i) || 0);
  return value;
}

function signedAt(bytes: string, at: number, width: number): string {
  return `${BigInt.asIntN(width * 8, numberAt(bytes, at, width))}`;
}
