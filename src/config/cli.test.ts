import { expect, test } from "vitest";
import { helpText, readCommandLine, versionText } from "./cli.ts";

function overridesOf(...argv: string[]): string | undefined {
  const run = readCommandLine(argv);
  return run.kind === "run" ? run.overrides?.trimEnd() : `not a run: ${run.kind}`;
}

test("options become lines of redis.conf", () => {
  expect(overridesOf("--port", "7000", "--save", "900", "1", "--timeout 5")).toBe(
    'port "7000" \nsave "900" "1" \ntimeout 5',
  );
});

test("an option directly after a bare name is its value", () => {
  expect(overridesOf("--requirepass", "--secret", "--hz", "5")).toBe('requirepass "--secret" \nhz "5"');
});

test("a bare --save means no save points", () => {
  expect(overridesOf("--save", "--hz", "5")).toBe('save ""\nhz "5"');
  expect(overridesOf("--hz", "5", "--save")).toBe('hz "5" \nsave ""');
  expect(overridesOf("--save", "", "--appendonly", "no")).toBe('save "" \nappendonly "no"');
});

test("check is a subcommand with one file", () => {
  expect(readCommandLine(["check", "dump.rdb"])).toEqual({ kind: "check", path: "dump.rdb" });
  expect(readCommandLine(["check"]).kind).toBe("error");
  expect(readCommandLine(["check", "a", "b"]).kind).toBe("error");
});

test("the first argument that is no option is the file, and - at an end is the standard input", () => {
  expect(readCommandLine(["/a.conf", "--port", "1", "-"])).toEqual({
    kind: "run",
    configFile: "/a.conf",
    readsInput: true,
    overrides: 'port "1" ',
  });
  expect(readCommandLine(["-"])).toMatchObject({ kind: "run", configFile: undefined, readsInput: true });
  expect(readCommandLine([])).toEqual({
    kind: "run",
    configFile: undefined,
    readsInput: false,
    overrides: undefined,
  });
});

test("the subcommand server is skipped", () => {
  expect(readCommandLine(["server", "--port", "1"])).toEqual(readCommandLine(["--port", "1"]));
  expect(readCommandLine(["server", "--help"])).toEqual({ kind: "help" });
});

test("help and version are known by both names, first only", () => {
  for (const flag of ["-h", "--help"]) expect(readCommandLine([flag, "x"])).toEqual({ kind: "help" });
  for (const flag of ["-v", "--version"]) expect(readCommandLine([flag])).toEqual({ kind: "version" });
  expect(overridesOf("--port", "1", "--help")).toBe('port "1" \nhelp');
  expect(helpText).toMatch(/^Usage: shadis /);
  expect(versionText("1.2.3", "node24")).toBe(
    "Shadis server v=1.2.3 sha=00000000:0 malloc=arena bits=64 build=node24\n",
  );
});

test("what this server does not have is an error with its name", () => {
  for (const flag of ["--sentinel", "--test-memory", "--check-system"]) {
    expect(readCommandLine([flag])).toMatchObject({ kind: "error" });
  }
});
