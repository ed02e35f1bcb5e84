// Frames: what a client might send, well formed and broken, drawn from a seed.
//
// Role: starts from valid pipelines (multi-bulk and inline) of commands whose replies two correct servers give
// alike, and breaks most of them: bits, bytes, lengths, line ends, pieces left out or doubled, and texts of
// other protocols. Commands that would end or stop a server are not among the valid ones.

import type { Chance } from "../generator/chance.ts";

const CRLF = "\r\n";

/** Calls whose replies depend on what was sent alone, on this connection and in this database. */
function drawWords(chance: Chance): string[] {
  const key = chance.pick(["a", "b", "c", "k:1", "\x00k", "\xff", ""]);
  const value = drawText(chance);
  const small = String(chance.between(-3, 30));
  return chance.pick([
    ["PING"],
    ["PING", value],
    ["ECHO", value],
    ["SET", key, value],
    ["GET", key],
    ["APPEND", key, value.slice(0, 40)],
    ["STRLEN", key],
    ["INCR", "n"],
    ["INCRBY", "n", small],
    ["GETRANGE", key, small, small],
    ["SETRANGE", key, small, value.slice(0, 40)],
    ["MGET", key, "a", "b"],
    ["MSET", key, value, "b", small],
    ["DEL", key],
    ["EXISTS", key, key],
    ["TYPE", key],
    ["GETBIT", key, small],
    ["SETBIT", key, small, "1"],
    ["BITCOUNT", key],
    ["OBJECT", "ENCODING", key],
    ["OBJECT", "NONSENSE"],
    ["nonsense", value, key],
    ["GET"],
    ["SET", key],
    ["CLIENT", "GETNAME"],
    ["HELLO", "9"],
  ]);
}

function drawText(chance: Chance): string {
  const kind = chance.below(10);
  if (kind < 4)
    return chance.pick(["", "x", "hello", "12", "-1", "a b", "'", '"', "\\x41", "\r\n", "\x00", "$3", "*1"]);
  const sizeBytes = chance.oneIn(200) ? chance.between(16_000, 66_000) : chance.below(60);
  let text = "";
  for (let i = 0; i < sizeBytes; i++)
    text += String.fromCharCode(kind < 7 ? 97 + chance.below(26) : chance.below(256));
  return text;
}

function multibulk(words: readonly string[]): string {
  return `*${words.length}${CRLF}${words.map((word) => `$${word.length}${CRLF}${word}${CRLF}`).join("")}`;
}

function inline(words: readonly string[], chance: Chance): string {
  const quoted = words.map((word) => {
    if (/^[!#-&(-~]+$/.test(word) && chance.below(4) > 0) return word;
    if (chance.oneIn(3)) return `'${word.replace(/[^ !#-&(-~]/g, "_")}'`;
    const escaped = word.replace(
      /[^ !#-[\]-~]/g,
      (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
    return `"${escaped}"`;
  });
  return quoted.join(chance.pick([" ", "  ", "\t"])) + chance.pick([CRLF, "\n"]);
}

// Texts that no client of Redis sends: other protocols, and lengths that must not be believed.
const foreign: readonly string[] = [
  "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
  "GET / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
  "Host: localhost\r\n",
  "post x\r\n",
  "*1\r\n$4\r\nPOST\r\n",
  "*1\r\n$5\r\nhost:\r\n",
  "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n",
  "\r\n\r\nPROXY UNKNOWN\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "SSH-2.0-OpenSSH_9\r\n",
  "*0\r\n",
  "*-1\r\n",
  "*-10\r\n",
  "*\r\n",
  "*1\r\n$-1\r\n",
  "*1\r\n$\r\n",
  "*1\r\n*1\r\n$4\r\nPING\r\n",
  "*1000000000\r\n$4\r\nPING\r\n",
  "*2147483647\r\n",
  "*2147483648\r\n",
  "*1048577\r\n$1\r\na\r\n",
  "*1\r\n$999999999999\r\nx",
  "*1\r\n$1048577\r\nx",
  "*1\r\n$1048576\r\nx",
  "*1\r\n$9223372036854775808\r\n",
  "*1\r\n$04\r\nPING\r\n",
  "*1\r\n$+4\r\nPING\r\n",
  "*01\r\n$4\r\nPING\r\n",
  "*+1\r\n$4\r\nPING\r\n",
  "* 1\r\n$4\r\nPING\r\n",
  "*1 \r\n$4\r\nPING\r\n",
  "*1\n$4\nPING\n",
  "*1\r$4\rPING\r",
  "*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n",
  "*1\r\n$0\r\n\r\n",
  "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
  "*3\r\n$3\r\nSET\r\n:1\r\n+x\r\n",
  "+PONG\r\n",
  "$4\r\nPING\r\n",
  ":1\r\n",
  '"unbalanced\r\n',
  "'unbalanced\r\n",
  'PING "a"b\r\n',
  'ECHO "\\x4"\r\n',
  'ECHO "\\xzz\\n\\t\\a\\b\\r\\\\"\r\n',
  "ECHO 'it\\'s'\r\n",
  '""\r\n',
  "''\r\n",
  " \r\n",
  "\n",
  "\r",
  "\x00",
  "PING\x00\r\n",
  "PI\x00NG\r\n*1\r\n$4\r\nPING\r\n",
  "~1\r\n$4\r\nPING\r\n",
  "%1\r\n$4\r\nPING\r\n$4\r\nPING\r\n",
];

/** One frame: a short pipeline, valid in one of eight, otherwise broken in one or more ways. */
export function drawFrame(chance: Chance): Buffer {
  let text = drawPipeline(chance);
  if (!chance.oneIn(8)) for (let i = chance.oneIn(3) ? 3 : 1; i > 0; i--) text = mutate(text, chance);
  return Buffer.from(text, "latin1");
}

function drawPipeline(chance: Chance): string {
  let text = "";
  for (let left = chance.between(1, 4); left > 0; left--) {
    const kind = chance.below(12);
    if (kind < 7) text += multibulk(drawWords(chance));
    else if (kind < 10) text += inline(drawWords(chance), chance);
    else text += chance.pick(foreign);
  }
  return text;
}

const lengths = [
  "-1",
  "-2",
  "0",
  "1",
  "2",
  "3",
  "10",
  "1024",
  "1048576",
  "1048577",
  "2147483647",
  "2147483648",
  "4294967296",
];
const brokenLengths = [
  "",
  " ",
  "+1",
  "01",
  "1 ",
  " 1",
  "x",
  "1x",
  "0x1",
  "1e3",
  "-",
  "--1",
  "9999999999999999999",
  "1.0",
  "\x001",
];

function mutate(text: string, chance: Chance): string {
  const at = chance.below(text.length + 1);
  const to = Math.min(text.length, at + chance.between(1, 20));
  switch (chance.below(14)) {
    case 0: // A bit.
      return (
        text.slice(0, at) +
        String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << chance.below(8))) +
        text.slice(at + 1)
      );
    case 1: // A byte more.
      return text.slice(0, at) + String.fromCharCode(chance.below(256)) + text.slice(at);
    case 2: // A byte less.
      return text.slice(0, at) + text.slice(at + 1);
    case 3:
    case 4:
    case 5: // A length.
      return replaceOne(text, /(?<=[*$])-?\d+/g, chance, () =>
        chance.pick(chance.oneIn(2) ? lengths : brokenLengths),
      );
    case 6: // A line end.
      return replaceOne(text, /\r\n/g, chance, () =>
        chance.pick(["", "\r", "\n", "\n\r", "\r\r\n", "\r\n\r\n", " \r\n", "\x00\r\n"]),
      );
    case 7: // The end is missing.
      return text.slice(0, at);
    case 8: // A piece twice.
      return text.slice(0, to) + text.slice(at, to) + text.slice(to);
    case 9: // A piece missing.
      return text.slice(0, at) + text.slice(to);
    case 10: // A mark of another type.
      return replaceOne(text, /[*$]/g, chance, () =>
        chance.pick(["*", "$", "+", "-", ":", "~", "%", "_", "#", ">", "\x00", " "]),
      );
    case 11: // A piece of something else.
      return (
        text.slice(0, at) +
        chance.pick([...foreign, '"', "'", "\\", "\x00", " ", "\r\n", "\n", "\t"]) +
        text.slice(at)
      );
    case 12: // A line longer than a request line may be, seldom.
      if (!chance.oneIn(60)) return text.slice(0, at) + "x".repeat(chance.between(1, 300)) + text.slice(at);
      return (
        text.slice(0, at) +
        chance.pick(["a", "1", " ", "*", "\x00", '"']).repeat(chance.pick([60_000, 300_000])) +
        text.slice(at)
      );
    default: // Bytes of no meaning.
      return (
        text.slice(0, at) +
        Array.from({ length: 8 }, () => String.fromCharCode(chance.below(256))).join("") +
        text.slice(to)
      );
  }
}

function replaceOne(text: string, pattern: RegExp, chance: Chance, by: () => string): string {
  const places = [...text.matchAll(pattern)];
  if (places.length === 0) return text;
  const place = chance.pick(places);
  return text.slice(0, place.index) + by() + text.slice(place.index + place[0].length);
}
