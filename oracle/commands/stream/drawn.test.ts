import type { Rng } from "../../../src/lib/rng.ts";
import { testDrawnAgainstStock } from "../../../src/testing/oracle-tables.ts";

// Few keys, groups, consumers and IDs, so that calls meet; small nodes, so that trimming meets their ends.
// IDs go up by and by, since most others are refused.
const nearMs = 50;
const latest = { ms: 0 };

function draw(rng: Rng, payload: string): string[] {
  const one = (...words: readonly string[]): string => words[rng.below(words.length)] as string;
  const maybe = (...words: readonly string[]): readonly string[] => (rng.chance(1, 3) ? words : []);
  const rarely = (...words: readonly string[]): readonly string[] => (rng.chance(1, 12) ? words : []);
  const key = one("a", "a", "a", "a", "a", "b", "b", "text", "none");
  const group = one("g", "g", "g", "h", "h", "none");
  const consumer = one("x", "y", "z");
  const ms = (): number => Math.max(latest.ms - rng.below(nearMs), 0);
  const id = (): string => one(`${ms()}`, `${ms()}-${rng.below(3)}`, `${ms()}-0`, `${ms()}-1`);
  const end = (): string => one("-", "+", id(), id(), `(${id()}`, "bad", "(-");
  const count = `${rng.below(6) - (rng.chance(1, 9) ? 4 : 0)}`;
  const field = (): string => one("f", "g", "1", "name", "-5000");
  const value = (): string => one("v", "12", "70000", "x".repeat(rng.below(90)), "");
  const pairs = (): string[] =>
    Array.from({ length: one("1", "1", "2") === "1" ? 1 : 2 }, () => [field(), value()]).flat();
  const trim = (): readonly string[] => {
    const kind = one("MAXLEN", "MINID");
    const until = kind === "MAXLEN" ? `${rng.below(40)}` : id();
    const mark = one("", "=", "~", "~");
    const marks = mark === "" ? [] : [mark];
    const limit = rng.chance(1, mark === "~" ? 2 : 15) ? ["LIMIT", `${rng.below(9)}`] : [];
    return [kind, ...marks, until, ...limit];
  };
  const newId = one(key === "b" ? "*" : "1-*", `${latest.ms}`, `${latest.ms + rng.below(2)}-${rng.below(3)}`);
  if (rng.chance(1, 4)) latest.ms++;
  switch (rng.below(26)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return [
        "XADD",
        key,
        ...rarely("NOMKSTREAM"),
        ...(rng.chance(1, 8) ? trim() : []),
        `${latest.ms}-*`,
        ...pairs(),
      ];
    case 6:
      return ["XADD", key, ...maybe("NOMKSTREAM"), ...(rng.chance(1, 4) ? trim() : []), newId, ...pairs()];
    case 7:
      return ["XTRIM", key, ...trim()];
    case 8:
      return rng.chance(1, 2)
        ? ["XRANGE", key, end(), end(), ...maybe("COUNT", count)]
        : ["XREVRANGE", key, end(), end()];
    case 9:
      return ["XDEL", key, id(), id(), ...rarely("bad")];
    case 10:
      return ["XLEN", key];
    case 11:
    case 12:
      return ["XINFO", "STREAM", key, ...(rng.chance(2, 3) ? ["FULL", ...maybe("COUNT", count)] : [])];
    case 13:
      return rng.chance(1, 2) ? ["XINFO", "GROUPS", key] : ["XINFO", "CONSUMERS", key, group];
    case 14:
      return ["XREAD", ...maybe("COUNT", count), "STREAMS", key, one("a", "b"), one("$", id()), id()];
    case 15:
    case 16:
    case 17:
      return [
        ...["XREADGROUP", "GROUP", group, consumer, ...maybe("COUNT", count), ...rarely("NOACK")],
        ...["STREAMS", key, one(">", ">", id())],
      ];
    case 18:
      return [
        ...["XGROUP", "CREATE", key, group, one("$", "0", id()), ...maybe("MKSTREAM")],
        ...maybe("ENTRIESREAD", one("0", "3", "-1", "-2", "x")),
      ];
    case 19:
      return one("SETID", "REST") === "SETID"
        ? [
            "XGROUP",
            "SETID",
            key,
            group,
            one("$", "0", "+", id()),
            ...maybe("ENTRIESREAD", one("0", "3", "-1")),
          ]
        : ["XGROUP", one("CREATECONSUMER", "DELCONSUMER"), key, group, consumer];
    case 20:
      return rng.chance(1, 12) ? ["XGROUP", "DESTROY", key, group] : ["XACK", key, group, id(), id()];
    case 21:
      return rng.chance(1, 2)
        ? ["XPENDING", key, group]
        : [
            "XPENDING",
            key,
            group,
            ...maybe("IDLE", one("0", "1000000")),
            end(),
            end(),
            count,
            ...maybe(consumer),
          ];
    case 22:
      return [
        ...["XCLAIM", key, group, consumer, one("0", "0", "1000000", "-1", "x"), id(), id(), id()],
        ...[...maybe("FORCE"), ...maybe("JUSTID"), ...rarely("TIME", "5"), ...rarely("IDLE", "3600000")],
        ...[...rarely("RETRYCOUNT", count), ...rarely("LASTID", id()), ...rarely("NOPE")],
      ];
    case 23:
      return [
        "XAUTOCLAIM",
        key,
        group,
        consumer,
        one("0", "0", "1000000"),
        end(),
        ...maybe("COUNT", count),
        ...maybe("JUSTID"),
      ];
    case 24:
      if (rng.chance(1, 6)) return ["CONFIG", "SET", "stream-node-max-entries", one("0", "2", "5", "100")];
      if (rng.chance(1, 6)) return ["CONFIG", "SET", "stream-node-max-bytes", one("0", "64", "200", "4096")];
      if (rng.chance(1, 4)) return ["DEL", key];
      if (rng.chance(1, 6)) return ["SET", "text", "v"];
      if (rng.chance(1, 3)) return ["COPY", key, one("a", "b"), "REPLACE"];
      return rng.chance(1, 2) ? ["DUMP", key] : ["RESTORE", one("a", "b"), "0", payload, "REPLACE"];
    default:
      return [
        "XSETID",
        key,
        id(),
        ...maybe("ENTRIESADDED", `${rng.below(80)}`),
        ...maybe("MAXDELETEDID", id()),
      ];
  }
}

await testDrawnAgainstStock("streams", { count: 4000, draw });
