import { describe, test } from "vitest";
import type { Rng } from "../../lib/rng.ts";
import { runAgainstStock } from "../../testing/family-differential.ts";
import { isStock, testStories } from "../../testing/stock-stories.ts";

const header = "HYLL\\x01\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x80";
const dense = (byte: string): string => `HYLL\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x80${byte.repeat(12_288)}`;

// 1..9 stands for as many words.
const stories: Readonly<Record<string, readonly string[]>> = {
  "arity and types": [
    "PFADD; PFCOUNT; PFMERGE; PFDEBUG; PFDEBUG ENCODING; PFDEBUG ENCODING k x; PFSELFTEST x; SADD set a; SET s text; SET n 12345",
    "PFADD set a; PFADD s a; PFADD n a; PFADD s; PFCOUNT set; PFCOUNT s; PFCOUNT n; PFCOUNT none set; PFCOUNT none s",
    "PFMERGE set; PFMERGE s none; PFMERGE none s; PFMERGE none set; EXISTS none; PFDEBUG ENCODING set; PFDEBUG NOPE s",
    "PFDEBUG NOPE none; PFDEBUG ENCODING none; PFADD k a; PFDEBUG NOPE k; PFDEBUG no\\0pe k; PFDEBUG encoDing k; TYPE k",
  ],
  "elements are added": [
    'PFADD k; GET k; OBJECT ENCODING k; PFADD k; PFCOUNT k; GET k; PFADD k a b c; GET k; PFADD k a; PFCOUNT k; GET k; PFADD k ""',
    "PFCOUNT k; PFDEBUG DECODE k; PFADD k 1..100; PFCOUNT k; GET k; PFDEBUG DECODE k; PFADD k 1..100; DUMP k; STRLEN k",
    "PFADD k 12345678 123456789 1234567890123456 \\xff\\0\\xff; GET k; PFCOUNT k; EXPIREAT k 4102444800; PFADD k new; EXPIRETIME k",
    "COPY k l; PFADD l other; PFCOUNT l; PFCOUNT k l; RENAME k m; PFCOUNT m; OBJECT ENCODING m; APPEND m x; PFCOUNT m",
  ],
  "sparse becomes dense": [
    "PFADD k 1..1500; PFDEBUG ENCODING k; PFCOUNT k; GET k; PFADD k 1..3000; PFDEBUG ENCODING k; PFCOUNT k; GET k; PFADD k 1..3000",
    "PFDEBUG TODENSE k; PFDEBUG DECODE k; PFDEBUG GETREG k; STRLEN k; PFADD l a b; PFDEBUG TODENSE l; PFDEBUG TODENSE l; GET l",
    "PFCOUNT l; PFADD m a b; PFCOUNT m; PFDEBUG GETREG m; PFDEBUG ENCODING m; GET m; PFADD m c; PFCOUNT m; GET m; PFCOUNT k l m",
    "CONFIG SET hll-sparse-max-bytes 30; PFADD o 1..9; PFDEBUG ENCODING o; STRLEN o; PFADD o 1..20; PFDEBUG ENCODING o",
    "CONFIG SET hll-sparse-max-bytes 0; PFADD p; PFDEBUG ENCODING p; PFADD p a; PFDEBUG ENCODING p; CONFIG SET hll-sparse-max-bytes 3000",
  ],
  "several are merged": [
    "PFADD a 1..50; PFADD b 40..90; PFCOUNT a b; PFCOUNT a b none a; PFMERGE c a b; PFCOUNT c; GET c; PFDEBUG DECODE c; PFMERGE a b",
    "GET a; PFCOUNT a; PFMERGE d; GET d; OBJECT ENCODING d; PFCOUNT d; PFMERGE d none; GET d; PFDEBUG TODENSE b; PFMERGE e a b",
    "PFDEBUG ENCODING e; PFCOUNT e; PFMERGE a b; PFDEBUG ENCODING a; GET a; PFMERGE b c; PFDEBUG ENCODING b; GET b; PFADD f 1..2000",
    "PFMERGE c f; PFCOUNT c; PFDEBUG ENCODING c; GET c; EXPIREAT d 4102444800; PFMERGE d a; EXPIRETIME d; PFMERGE c c c; PFCOUNT c",
  ],
  "values that commands of strings made": [
    `SET k HYLL; PFCOUNT k; SET k ${header}; PFCOUNT k; PFADD k a; PFMERGE l k; PFDEBUG DECODE k; SET k ${header}\\x7f\\xff; OBJECT ENCODING k`,
    "PFADD k; OBJECT ENCODING k; PFCOUNT k; SETRANGE k 4 \\x02; PFCOUNT k; SETRANGE k 4 \\0; PFCOUNT k; SETRANGE k 4 \\x01; PFCOUNT k",
    "SETRANGE k 8 \\x05; PFCOUNT k; SETRANGE k 8 \\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f; PFCOUNT k; PFADD k a; PFCOUNT k; SETRANGE k 0 h; PFCOUNT k",
    `SET k ${header}\\x7f\\xfe; PFCOUNT k; PFCOUNT k none; PFMERGE l k; EXISTS l; PFDEBUG TODENSE k; PFDEBUG GETREG k; PFADD k 1..90; GET k`,
    `SET k ${header}\\x80\\x80\\x80\\x84\\x7f\\xfb; PFCOUNT k; PFDEBUG DECODE k; PFADD k x; PFDEBUG DECODE k; GET k; PFCOUNT k`,
    `SET k ${header}\\x7f\\xff\\x80; PFCOUNT k; PFCOUNT k none; PFDEBUG TODENSE k; SET k ${header}\\x7f\\xff\\0; PFCOUNT k; PFCOUNT k none; PFADD k a; GET k`,
    `SET k ${header}\\x83\\x83\\x83\\x7f\\xf3; PFADD k 1..2000; GET k; PFCOUNT k; SET k ${dense("\\xff")}; PFCOUNT k; GET k; PFCOUNT k k; PFADD k a`,
    `SET k ${dense("\\x33\\xcf\\x3c")}; PFCOUNT k; GET k; SET k ${dense("\\x01")}; PFCOUNT k; PFADD k 1..50; GET k; SET k ${dense("\\x01")}x; PFCOUNT k`,
    `SET k ${header}\\x7f; PFCOUNT k; PFDEBUG DECODE k; PFADD k 1..300; STRLEN k; PFADD k 1..3000; STRLEN k; SET k ${header}\\x40; PFADD k 1..9`,
  ],
  "what is said about the commands": [
    "COMMAND INFO PFADD; COMMAND INFO PFCOUNT; COMMAND INFO PFMERGE; COMMAND INFO PFDEBUG; COMMAND INFO PFSELFTEST",
    "COMMAND GETKEYSANDFLAGS PFCOUNT a b; COMMAND GETKEYSANDFLAGS PFMERGE a b c; COMMAND GETKEYSANDFLAGS PFDEBUG GETREG a",
  ],
};

function withElements(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    line.replaceAll(/ (\d+)\.\.(\d+)/g, (_, first: string, last: string) => {
      const count = Number(last) - Number(first) + 1;
      return Array.from({ length: count }, (_, i) => ` element-${i + Number(first)}`).join("");
    }),
  );
}

testStories(
  Object.fromEntries(Object.entries(stories).map(([story, lines]) => [story, withElements(lines)])),
  { config: { "hll-sparse-max-bytes": "3000" } },
);

const keys = ["k1", "k2", "k3", "k4"];

function nextCall(rng: Rng): readonly string[] {
  const one = (list: readonly string[]): string => list[rng.below(list.length)] ?? "";
  const key = one(keys);
  const elements = (): string[] =>
    Array.from(
      { length: rng.below(rng.chance(1, 6) ? 60 : 6) },
      () => `${rng.below(rng.chance(1, 2) ? 200 : 100_000)}`,
    );
  switch (rng.below(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return ["PFADD", key, ...elements()];
    case 5:
    case 6:
      return ["PFCOUNT", key];
    case 7:
      return ["PFCOUNT", key, one(keys), one(keys)];
    case 8:
      return ["PFMERGE", key, ...(rng.chance(1, 5) ? [] : [one(keys), one(keys)])];
    case 9:
      return ["PFDEBUG", "DECODE", key];
    case 10:
      return ["PFDEBUG", rng.chance(1, 12) ? "TODENSE" : "ENCODING", key];
    case 11:
      return rng.chance(1, 3) ? ["DEL", key] : ["STRLEN", key];
    case 12:
      return rng.chance(1, 4) ? ["COPY", key, one(keys), "REPLACE"] : ["OBJECT", "ENCODING", key];
    case 13:
      return rng.chance(1, 30) ? ["PFDEBUG", "GETREG", key] : ["EXISTS", key];
    default:
      return ["GET", key];
  }
}

// A byte is overwritten at times, or added, so that runs no longer fit together.
function nextBrokenCall(rng: Rng): readonly string[] {
  const key = keys[rng.below(keys.length)] ?? "";
  if (rng.chance(1, 8)) return ["SETRANGE", key, `${8 + rng.below(60)}`, String.fromCharCode(rng.below(128))];
  if (rng.chance(1, 40)) return ["APPEND", key, String.fromCharCode(rng.below(64))];
  return rng.chance(1, 10) ? ["DEL", key] : nextCall(rng);
}

describe("random calls answer as a stock Redis", () => {
  const small = { "hll-sparse-max-bytes": "200" };
  const runs = [
    { next: nextCall, config: {} },
    { next: nextCall, config: small },
    { next: nextBrokenCall, config: {} },
    { next: nextBrokenCall, config: small },
  ];
  for (const [seed, { next, config }] of runs.entries()) {
    const shards = seed % 2 === 0 ? 1 : 4;
    const title = `${next === nextCall ? "sound" : "broken"} values, ${shards} shard(s)`;
    test.skipIf(!isStock)(
      `seed ${seed}: ${title}, ${Object.values(config).join() || "usual"} limits`,
      async () => {
        await runAgainstStock({ next, calls: 3000, seed, keys, shards, config });
      },
    );
  }
});
