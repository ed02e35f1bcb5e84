import type { Rng } from "../../../src/lib/rng.ts";
import { testDrawnAgainstStock } from "../../../src/testing/oracle-tables.ts";

// Scripts of a few calls on few keys, some of which are wrong; and libraries of a few names.
function draw(rng: Rng, payload: string): string[] {
  const one = (...words: readonly string[]): string => words[rng.below(words.length)] as string;
  const word = (): string => one("KEYS[1]", "KEYS[2]", "ARGV[1]", "'k'", "'l'", "1", "2.5", "'x y'");
  const call = (): string => {
    const name = one(
      "get",
      "set",
      "incr",
      "lpush",
      "lrange",
      "del",
      "ping",
      "echo",
      "type",
      "nope",
      "eval",
      "hset",
    );
    const words = Array.from({ length: rng.below(4) }, word);
    if (name === "lrange" && rng.chance(2, 3)) return `redis.call('lrange',${word()},0,-1)`;
    if (rng.chance(1, 9)) words.push("unpack(ARGV)");
    return `redis.${one("call", "pcall", "pcall")}(${[`'${name}'`, ...words].join(",")})`;
  };
  const value = (): string =>
    one(
      call(),
      call(),
      word(),
      "nil",
      "true",
      "false",
      "#ARGV",
      "KEYS",
      `{${word()},${call()},nil,1}`,
      `{${word()}}`,
    );
  const script = (): string => {
    const calls = Array.from({ length: rng.below(3) }, call).map((each) => each + one(" ", "\n", "; "));
    return `${calls.join("")}return ${value()}`;
  };
  const keys = one("0", "1 k", "2 k l", "1 none", "2 k").split(" ");
  const args = rng.chance(1, 2) ? ["v", "w"] : [];
  const library = one("a", "b", "c");
  const code = `#!lua name=${library}\nredis.register_function('${one("f", "g", library)}', function() return 1 end)`;
  switch (rng.below(12)) {
    case 0:
      return ["FUNCTION", "LOAD", ...(rng.chance(1, 2) ? ["REPLACE"] : []), code];
    case 1:
      return ["FUNCTION", one("DELETE", "DELETE", "FLUSH"), ...(rng.chance(3, 4) ? [library] : [])];
    case 2:
      return ["FUNCTION", one("LIST", "STATS"), ...(rng.chance(1, 3) ? ["WITHCODE"] : [])];
    case 3:
      return rng.chance(1, 2) ? ["DUMP", "k"] : ["RESTORE", "k", "0", payload, "REPLACE"];
    case 4:
      return ["FUNCTION", "RESTORE", payload, one("APPEND", "REPLACE", "FLUSH", "NOPE")];
    case 5:
      return ["FUNCTION", "DUMP"];
    case 6:
      return ["SCRIPT", one("LOAD", "LOAD", "EXISTS"), script()];
    case 7:
      return rng.chance(1, 9) ? ["SCRIPT", "FLUSH"] : ["DEL", one("k", "l", "none")];
    default:
      return [one("EVAL", "EVAL", "EVAL_RO"), script(), ...keys, ...args];
  }
}

await testDrawnAgainstStock("scripts", { count: 3000, draw });
