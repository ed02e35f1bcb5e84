// The first line of scripts and libraries: "#!lua name=value ...".

/** Words of a line as Redis splits them: by blanks, with quotes; undefined when quotes are not closed. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && /\s/.test(line[at] as string)) at++;
    if (at >= line.length) return words;
    let word = "";
    while (at < line.length && !/\s/.test(line[at] as string)) {
      const quote = line[at];
      if (quote !== '"' && quote !== "'") {
        word += line[at++];
        continue;
      }
      const end = closingQuote(line, at, quote);
      if (end < 0 || (end + 1 < line.length && !/\s/.test(line[end + 1] as string))) return undefined;
      word += line.slice(at + 1, end).replaceAll(/\\(.)/g, "$1");
      at = end + 1;
    }
    words.push(word);
  }
}

function closingQuote(line: string, open: number, quote: string): number {
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === quote) return at;
  }
  return -1;
}

export type ScriptHeader =
  | { readonly ok: true; readonly flags: readonly string[] | undefined; readonly length: number }
  | { readonly ok: false; readonly error: string };

/** Flags that a script declares; undefined when it has no such line. `length` is the line's, without its end. */
export function readScriptHeader(text: string, known: readonly string[]): ScriptHeader {
  if (!text.startsWith("#!")) return { ok: true, flags: undefined, length: 0 };
  const end = text.indexOf("\n");
  if (end < 0) return { ok: false, error: "ERR Invalid script shebang" };
  const words = splitWords(text.slice(0, end));
  const [engine, ...options] = words ?? [];
  if (engine === undefined) return { ok: false, error: "ERR Invalid engine in script shebang" };
  if (engine !== "#!lua") return { ok: false, error: `ERR Unexpected engine in script shebang: ${engine}` };
  const flags = new Set<string>();
  for (const option of options) {
    if (!option.startsWith("flags="))
      return { ok: false, error: `ERR Unknown lua shebang option: ${option}` };
    for (const flag of option.slice(6).split(",")) {
      if (option.length === 6) break; // No flag at all.
      if (!known.includes(flag))
        return { ok: false, error: `ERR Unexpected flag in script shebang: ${flag}` };
      flags.add(flag);
    }
  }
  return { ok: true, flags: known.filter((flag) => flags.has(flag)), length: end };
}

export type LibraryHeader =
  | { readonly ok: true; readonly name: string; readonly engine: string; readonly length: number }
  | { readonly ok: false; readonly error: string };

/** Name and engine of a library of functions. */
export function readLibraryHeader(text: string): LibraryHeader {
  const fail = (error: string): LibraryHeader => ({ ok: false, error: `ERR ${error}` });
  if (!text.startsWith("#!")) return fail("Missing library metadata");
  const end = text.indexOf("\n");
  if (end < 0) return fail("Invalid library metadata");
  const words = splitWords(text.slice(0, end));
  const [engine, ...options] = words ?? [];
  if (engine === undefined) return fail("Invalid library metadata");
  let name: string | undefined;
  for (const option of options) {
    if (!/^name=/i.test(option)) return fail(`Invalid metadata value given: ${option}`);
    if (name !== undefined) return fail("Invalid metadata value, name argument was given multiple times");
    name = option.slice(5);
  }
  if (name === undefined) return fail("Library name was not given");
  return { ok: true, name, engine: engine.slice(2), length: end };
}
