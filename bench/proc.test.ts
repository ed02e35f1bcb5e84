import { expect, test } from "vitest";
import { descendsFrom, kilobytes, parseSchedstat, parseStat, readCpu, readMemory, usedNs } from "./proc.ts";

test("a process name with spaces and parentheses does not shift the fields of stat", () => {
  const text = "77 (a) b (c) S 12 77 77 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 11 0 999 0 0";
  expect(parseStat(text)).toEqual({ state: "S", parentPid: 12, ticks: 300 });
});

test("schedstat's first field is the time spent running", () => {
  expect(parseSchedstat("584531420 92979911 2360\n")).toBe(584_531_420);
});

test("a memory line is found by its whole name and read as bytes", () => {
  const status = "VmRSS:\t     100 kB\nRssAnon:\t      40 kB\nRssFile:\t      60 kB\n";
  expect(kilobytes(status, "RssAnon")).toBe(40 * 1024);
  expect(kilobytes(status, "Rss")).toBe(0);
});

test("the fine clock counts unless a thread that ended took its share with it", () => {
  const before = { threadsNs: 1_000_000_000, processNs: 1_000_000_000 };
  expect(usedNs(before, { threadsNs: 1_512_345_678, processNs: 1_510_000_000 })).toBe(512_345_678);
  expect(usedNs(before, { threadsNs: 1_100_000_000, processNs: 1_500_000_000 })).toBe(500_000_000);
});

test("this process uses processor time and memory, and descends from its parent only", () => {
  const before = readCpu(process.pid);
  let sum = 0;
  for (let index = 0; index < 5_000_000; index++) sum += Math.sqrt(index);
  expect(sum).toBeGreaterThan(0);
  expect(usedNs(before, readCpu(process.pid))).toBeGreaterThan(0);
  expect(readMemory(process.pid).rssAnonBytes).toBeGreaterThan(1_000_000);
  expect(descendsFrom(process.pid, process.ppid)).toBe(true);
  expect(descendsFrom(process.ppid, process.pid)).toBe(false);
});
