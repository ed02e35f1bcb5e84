import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("without words all suites run, on servers started for them", () => {
  const options = readOptions([]);
  expect(options.suites).toEqual(["blackbox", "commands", "clients", "tcl"]);
  expect([options.running, options.files, options.jobs]).toEqual([undefined, [], 2]);
});

test("suites may be named together or apart, and files with or without their folder", () => {
  const words = [
    "--suite",
    "tcl,commands",
    "--suite",
    "clients",
    "--file",
    "unit/dump",
    "type/string",
    "--slow",
  ];
  const { suites, files, isSlow } = readOptions(words);
  expect(suites).toEqual(["tcl", "commands", "clients"]);
  expect(files).toEqual(["unit/dump", "unit/type/string"]);
  expect(isSlow).toBe(true);
});

test("a host and a port name a running server, and neither goes without the other", () => {
  expect(readOptions(["--host", "localhost", "--port", "7000"]).running).toEqual({
    host: "localhost",
    port: 7000,
  });
  expect(() => readOptions(["--host", "localhost"])).toThrow("go together");
});

test("words that are not understood are refused with the usage", () => {
  for (const words of [["--suite", "x"], ["--jobs", "many"], ["--ratchet", "x"], ["stray"]])
    expect(() => readOptions(words)).toThrow("usage: npm run compat");
});
