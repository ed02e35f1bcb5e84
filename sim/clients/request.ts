// Request: a command's words as the bytes that a client sends.

/** An array of bulk strings. Words and result are Latin-1. */
export function requestText(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}
