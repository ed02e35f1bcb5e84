// Splitting and quoting of arguments: the syntax of a line of redis.conf.
//
// Role: both directions of one syntax, so that what CONFIG REWRITE quotes is read back as the same bytes.
//   "..." knows \n \r \t \a \b \xHH, and \ before any other byte stands for that byte;
//   '...' knows only \';
//   a closing quote must be followed by a space or the end. Texts are byte strings.

const spaces = " \t\n\v\f\r";
const letterOfEscape: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };
const escapeOfByte: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\x07": "\\a",
  "\b": "\\b",
};

/** The arguments of `line`, or undefined when a quote is not closed or is followed by more of a word. */
export function splitArguments(line: string): string[] | undefined {
  const found: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && spaces.includes(line.charAt(at))) at++;
    if (at === line.length) return found;
    const word = readWord(line, at);
    if (word === undefined) return undefined;
    found.push(word.text);
    at = word.end;
  }
}

type Word = { readonly text: string; readonly end: number };

// A quote may open in the middle of a word (a"b c" is one argument) but always ends it.
function readWord(line: string, start: number): Word | undefined {
  let text = "";
  let at = start;
  // Vertical tab and form feed part words only at a word's beginning, as in Redis.
  while (at < line.length && !" \t\n\r".includes(line.charAt(at))) {
    const char = line.charAt(at);
    if (char === '"' || char === "'") {
      const rest = char === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1);
      if (rest === undefined) return undefined;
      if (rest.end < line.length && !spaces.includes(line.charAt(rest.end))) return undefined;
      return { text: text + rest.text, end: rest.end };
    }
    text += char;
    at++;
  }
  return { text, end: at };
}

function readDoubleQuoted(line: string, start: number): Word | undefined {
  let text = "";
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '"') return { text, end: at + 1 };
    if (char !== "\\" || at + 1 === line.length) {
      text += char;
      continue;
    }
    const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(at + 1, at + 4))?.[1];
    if (hex !== undefined) {
      text += String.fromCharCode(Number.parseInt(hex, 16));
      at += 3;
    } else {
      const escaped = line.charAt(at + 1);
      text += letterOfEscape[escaped] ?? escaped;
      at += 1;
    }
  }
  return undefined;
}

function readSingleQuoted(line: string, start: number): Word | undefined {
  let text = "";
  for (let at = start; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === "'") return { text, end: at + 1 };
    if (char === "\\" && line.charAt(at + 1) === "'") {
      text += "'";
      at++;
    } else {
      text += char;
    }
  }
  return undefined;
}

/** `text` in double quotes, as splitArguments reads it back; bytes that do not print become \xHH. */
export function quote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    quoted +=
      escapeOfByte[char] ?? (code >= 0x20 && code < 0x7f ? char : `\\x${code.toString(16).padStart(2, "0")}`);
  }
  return `${quoted}"`;
}
