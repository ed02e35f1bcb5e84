// Requests: calls as lists of Latin-1 words, encoded for the wire and written as readable, quoted lines.
//
// A word's characters are bytes 0..255, so that calls can be stored, printed and read back without loss.

/** A call: its name and arguments, each character one byte. */
export type Words = readonly string[];

/** The call as a multi-bulk request. */
export function encodeRequest(words: Words): Buffer {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return Buffer.from(text, "latin1");
}

/** The call as one line, each word quoted as redis-cli quotes when it must be. `sizeMax` shortens long words. */
export function quoteWords(words: Words, sizeMax = Number.POSITIVE_INFINITY): string {
  return words.map((word) => quoteWord(word, sizeMax)).join(" ");
}

/** Bytes as printable text in double quotes. */
export function quoteBytes(bytes: Uint8Array, sizeMax = 400): string {
  return quoteWord(Buffer.from(bytes).toString("latin1"), sizeMax, true);
}

/** Reads what `quoteWords` wrote. */
export function parseWords(line: string): string[] {
  const words: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|(\S+)/g;
  for (const [, quoted, plain] of line.matchAll(pattern)) {
    words.push(quoted === undefined ? (plain ?? "") : unescapeWord(quoted));
  }
  return words;
}

function quoteWord(word: string, sizeMax: number, isForced = false): string {
  const shown = word.length > sizeMax ? word.slice(0, sizeMax) : word;
  const rest = word.length > sizeMax ? `...(${word.length} bytes)` : "";
  if (!isForced && /^[\w:.*?+{}()[\]^#-]+$/.test(shown)) return shown + rest;
  const escaped = shown.replace(/[\\"]|[^ -~]/g, (char) => {
    if (char === "\\" || char === '"') return `\\${char}`;
    if (char === "\r") return "\\r";
    if (char === "\n") return "\\n";
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"${rest}`;
}

function unescapeWord(text: string): string {
  return text.replace(/\\(x([0-9a-f]{2})|.)/g, (_, escaped: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (escaped === "r") return "\r";
    return escaped === "n" ? "\n" : escaped;
  });
}
