import { expect, test } from "vitest";
import { parseCsv } from "./measure.ts";
import { chooseRows, isWanted, type Row, requestCount, rows } from "./rows.ts";

const header =
  '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"';

test("the last line of redis-benchmark's CSV is the run, even when its name holds a comma", () => {
  const text = `${header}\n"other","1","1","1","1","1","1","1"\n"lrange a, b","285714.28","2.1","0.4","2.455","3.0","3.175","3.191"\n`;
  expect(parseCsv(text)).toEqual({ rps: 285_714.28, p50Ms: 2.455, p99Ms: 3.175 });
});

test("a header without a run, or a rate that is no number, is refused", () => {
  expect(() => parseCsv(`${header}\n`)).toThrow("printed no rps");
  expect(() => parseCsv(`${header}\n"SET","inf","0","0","0","0","0","0"\n`)).toThrow("printed no rps");
});

test("rows are chosen by name or by first word, and a wrong name is an error", () => {
  expect(chooseRows(["set"]).map((row) => row.name)).toEqual(["SET"]);
  expect(chooseRows(["PING", "mset"]).map((row) => row.name)).toEqual([
    "PING_INLINE",
    "PING_MBULK",
    "MSET (10 keys)",
  ]);
  expect(chooseRows(["lrange_100"]).map((row) => row.name)).toEqual(["LRANGE_100"]);
  expect(chooseRows([])).toHaveLength(rows.length);
  expect(() => chooseRows(["sett"])).toThrow('no row is named "sett"');
});

test("a row that removes elements prepares at least as many as it asks for", () => {
  for (const row of rows.filter(({ drains }) => drains !== null)) {
    const batches = row.prepare?.({ requestCount: 1000, keyCount: 10, valueBytes: 64 }) ?? [];
    const sent = [...batches].map(({ bytes }) => bytes.toString("latin1")).join("");
    expect((sent.match(/\r\n(v0|element:)/g) ?? []).length, row.name).toBe(1000);
    expect(sent).toContain(row.drains);
  }
});

test("rows run about equally long, whatever a request costs", () => {
  const named = (name: string): Row => chooseRows([name])[0] as Row;
  const ofSet = requestCount(named("set"), { pipeline: 16, runMs: 500 });
  const ofRange = requestCount(named("lrange_600"), { pipeline: 16, runMs: 500 });
  expect(ofSet).toBeGreaterThan(requestCount(named("set"), { pipeline: 1, runMs: 500 }) * 5);
  expect(ofRange).toBeLessThan(ofSet / 20);
  expect(requestCount(named("set"), { pipeline: 16, runMs: 1000 }) / ofSet).toBeCloseTo(2, 1);
  expect(requestCount(named("lrange_600"), { pipeline: 1, runMs: 1 })).toBe(2000);
});

test("a full run goes deeper than 16 with two rows only, one with named rows with those", () => {
  const names = (pipeline: number, named: boolean): string[] =>
    rows.filter((row) => isWanted(row, { pipeline, named })).map(({ name }) => name);
  expect(names(16, false)).toHaveLength(rows.length);
  expect(names(64, false)).toEqual(["SET", "GET"]);
  expect(names(64, true)).toHaveLength(rows.length);
});

test("every row of redis-benchmark's list is there, and XADD and EVAL as commands of their own", () => {
  expect(rows).toHaveLength(21);
  for (const { name, args } of rows) expect(args({ valueBytes: 64 }).length, name).toBeGreaterThan(1);
  expect(chooseRows(["xadd"])[0]?.args({ valueBytes: 16 })[4]).toHaveLength(16);
  expect(chooseRows(["eval"])[0]?.args({ valueBytes: 16 })).toContain("counter:script");
});
