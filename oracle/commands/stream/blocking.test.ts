import { expect, test } from "vitest";
import { matches } from "../../compare.ts";
import { Oracle } from "../../oracle.ts";

function oracleAfter(...calls: readonly string[]): Oracle {
  const oracle = new Oracle();
  for (const call of calls) oracle.execute(1, call.split(" "), 1);
  return oracle;
}

function judge(oracle: Oracle, call: string, actual: string): string | undefined {
  return matches(oracle.execute(2, call.split(" "), 1), actual, 2);
}

function bulk(text: string): string {
  return `$${text.length}\r\n${text}\r\n`;
}

// A stream's part of a reply, each of its entries having one field "f" with the value "v".
function part(key: string, ...ids: readonly string[]): string {
  const entries = ids.map((id) => `*2\r\n${bulk(id)}*2\r\n${bulk("f")}${bulk("v")}`);
  return `*2\r\n${bulk(key)}*${ids.length}\r\n${entries.join("")}`;
}

const nullArray = "*-1\r\n";
const unblocked = "-UNBLOCKED client unblocked via CLIENT UNBLOCK\r\n";

test("one that waited gets the entries of the stream that woke it, one that did not those of all", () => {
  const filled = ["xadd a 1-0 f v", "xadd b 1-0 f v"];
  const call = "xread block 0 streams a b 0 0";
  const both = `*2\r\n${part("a", "1-0")}${part("b", "1-0")}`;
  expect(judge(oracleAfter(...filled), call, both)).toBeUndefined();
  expect(judge(oracleAfter(...filled), call, `*1\r\n${part("b", "1-0")}`)).toBeUndefined();
  expect(judge(oracleAfter(...filled), call, `*1\r\n${part("b", "2-0")}`)).toMatch(/expected/);
  for (const end of [nullArray, unblocked]) {
    expect(judge(oracleAfter(...filled), call, end)).toMatch(/expected/);
    expect(judge(oracleAfter(), call, end)).toBeUndefined();
  }
});

test("where $ stood the entries may begin anywhere, but leave out none behind", () => {
  const oracle = oracleAfter("xadd a 1-0 f v", "xadd a 2-0 f v", "xadd a 3-0 f v");
  const call = "xread block 0 streams a $";
  expect(judge(oracle, call, `*1\r\n${part("a", "3-0")}`)).toBeUndefined();
  expect(judge(oracle, call, `*1\r\n${part("a", "2-0", "3-0")}`)).toBeUndefined();
  expect(judge(oracle, call, nullArray)).toBeUndefined();
  expect(judge(oracle, call, `*1\r\n${part("a", "2-0")}`)).toMatch(/expected/);
  expect(judge(oracle, call, `*1\r\n${part("a", "1-0", "3-0")}`)).toMatch(/expected/);
  expect(judge(oracle, "xread block 0 count 1 streams a $", `*1\r\n${part("a", "2-0")}`)).toBeUndefined();
});

test("a consumer that waited has what it got pending, of the stream that woke it alone", () => {
  const filled = ["xgroup create a g 0 mkstream", "xgroup create b g 0 mkstream"];
  const oracle = oracleAfter(...filled, "xadd a 1-0 f v", "xadd b 1-0 f v");
  const call = "xreadgroup group g c block 0 streams a b > >";
  expect(judge(oracle, call, `*1\r\n${part("b", "1-0")}`)).toBeUndefined();
  expect(judge(oracle, "xpending a g", "*4\r\n:0\r\n$-1\r\n$-1\r\n*-1\r\n")).toBeUndefined();
  expect(
    judge(oracle, "xpending b g - + 9 c", `*1\r\n*4\r\n${bulk("1-0")}${bulk("c")}:0\r\n:1\r\n`),
  ).toBeUndefined();
});

test("a wait for a group ends with its stream or with the group", () => {
  const call = "xreadgroup group g c block 0 streams a >";
  const gone = "-UNBLOCKED the stream key no longer exists\r\n";
  expect(judge(oracleAfter(), call, gone)).toBeUndefined();
  expect(judge(oracleAfter("set a v"), call, gone)).toBeUndefined();
  const withoutGroup = "-NOGROUP the consumer group this client was blocked on no longer exists\r\n";
  expect(judge(oracleAfter("xadd a 1-0 f v"), call, withoutGroup)).toBeUndefined();
  expect(judge(oracleAfter("xgroup create a g 0 mkstream"), call, gone)).toMatch(/expected/);
  expect(judge(oracleAfter("xgroup create a g 0 mkstream"), call, withoutGroup)).toMatch(/expected/);
});
