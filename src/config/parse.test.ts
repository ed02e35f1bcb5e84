import { expect, test } from "vitest";
import { Config } from "./config.ts";
import { loadConfig } from "./parse.ts";

function load(
  config: Config,
  file: string,
  files: Readonly<Record<string, string>> = {},
  overrides?: string,
) {
  const result = loadConfig(
    config,
    { file, input: undefined, overrides },
    {
      version: "1.2.3",
      readIncluded: (path) => {
        const text = files[path];
        return text === undefined ? { ok: false, error: `can't open ${path}` } : { ok: true, texts: [text] };
      },
    },
  );
  return result.ok ? "" : result.report;
}

test("an error names line, text and reason as Redis does", () => {
  expect(load(new Config(), "timeout 5\n  Foo bar ")).toBe(
    "\n*** FATAL CONFIG FILE ERROR (Shadis 1.2.3) ***\nReading the configuration file, at line 2\n" +
      ">>> 'Foo bar'\nBad directive or wrong number of arguments\n",
  );
});

test("the report of an error shows no password", () => {
  for (const line of [
    "requirepass s3cret x",
    'RequirePass "s3cret',
    "tls-key-file-pass s3cret x",
    "user",
    "user u on >s3cret",
  ]) {
    const report = load(new Config(), `${line}\nnosuch`);
    expect(report).toContain("FATAL CONFIG FILE ERROR");
    expect(report).not.toContain("s3cret");
  }
  expect(load(new Config(), "requirepass a b")).toContain(">>> 'requirepass (redacted)'");
  expect(load(new Config(), "user u on '>p ~*")).toContain(">>> 'user u on (redacted)'");
});

test("the command line wins over the file, and is numbered after it", () => {
  const config = new Config();
  expect(load(config, "timeout 5\nport 1", {}, 'port "2"')).toBe("");
  expect([config.timeout, config.port]).toEqual([5, 2]);
  expect(load(new Config(), "timeout 5", {}, "port x")).toContain("at line 2\n>>> 'port x'");
});

test("an included file is read where it is named", () => {
  const config = new Config();
  expect(load(config, "timeout 1\nport 1\ninclude a\nport 3", { a: "timeout 2\nport 2" })).toBe("");
  expect([config.timeout, config.port]).toEqual([2, 3]);
  expect(load(new Config(), "timeout 1\ninclude a", { a: "\nhz x" })).toContain("at line 2\n>>> 'hz x'");
  expect(load(new Config(), "include b")).toContain("can't open b");
});

test("a file that includes itself is refused at the bound", () => {
  expect(load(new Config(), "include a", { a: "include a" })).toContain(
    "more than 16 files include each other",
  );
});

test("what would be promised and not kept is refused with its reason", () => {
  for (const line of [
    "daemonize yes",
    "replicaof 127.0.0.1 6379",
    "rename-command FLUSHALL ''",
    "loadmodule /m.so",
  ]) {
    expect(load(new Config(), line)).toMatch(/not (supported|read)|foreground/);
  }
});

test("users are kept with their rules in the order of the file, each defined once", () => {
  const config = new Config();
  const lines = 'user alice on ">a b" ~k* +get\nuser default on nopass\nhz 20';
  expect(load(config, lines)).toBe("");
  expect(config.userLines).toEqual([
    ["alice", "on", ">a b", "~k*", "+get"],
    ["default", "on", "nopass"],
  ]);
  expect(load(new Config(), "user alice on\nuser alice off")).toContain(
    "at line 2\n>>> 'user alice off'\nError in user declaration 'alice': Duplicate user found.",
  );
  expect(load(new Config(), "user")).toContain("Bad directive or wrong number of arguments");
});
