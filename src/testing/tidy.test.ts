import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { bansEverywhere, bansUnderPorts, brokenBans, silencers } from "./bans.ts";
import { isTest, readSources, repositoryRoot, type SourceFile } from "./source.ts";

const sources = readSources();

// Code that the simulator runs. The real ports, main.ts, tests and programs talk to the outside themselves.
function isUnderPorts(path: string): boolean {
  if (!/^(src|oracle|sim)\//.test(path) || isTest(path) || isProgram(path)) return false;
  return path !== "src/main.ts" && !/^src\/(env\/real|testing)\//.test(path);
}

// What a person starts from the command line, and what it does around the runs: oracle/run/main.ts, sim/run/batch.ts.
function isProgram(path: string): boolean {
  return /^(oracle|sim)\/run\//.test(path);
}

test("code under the ports takes time, chance and the outside through the ports alone", () => {
  const found = sources
    .filter(({ path }) => isUnderPorts(path))
    .flatMap(({ path, text }) => brokenBans(path, text, bansUnderPorts));
  expect(found).toEqual([]);
});

test("types are neither given up nor silenced", () => {
  expect(sources.flatMap(({ path, text }) => brokenBans(path, text, bansEverywhere))).toEqual([]);
  // The two files that name the switches in order to forbid them.
  const silenced = sources.filter(
    ({ path, text }) => !path.startsWith("src/testing/") && silencers.test(text),
  );
  expect(silenced.map(({ path }) => path)).toEqual([]);
});

test("every file but a test opens with a header comment", () => {
  expect(withoutHeader(sources)).toEqual([]);
});

test("files and folders carry a noun, in kebab-case", () => {
  expect(badlyNamed(sources.map(({ path }) => path))).toEqual([]);
});

test("the top of the repository holds what belongs there and nothing else", () => {
  const entries = readdirSync(repositoryRoot, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    isFolder: entry.isDirectory(),
  }));
  const ignored = readFileSync(join(repositoryRoot, ".gitignore"), "utf8").split("\n");
  expect(topLevelFaults(entries, ignored)).toEqual([]);
});

test.each([...bansUnderPorts, ...bansEverywhere])(
  "the ban on $name refuses its bad snippets and no others",
  (ban) => {
    expect(ban.bad.length * ban.good.length).toBeGreaterThan(0);
    for (const snippet of ban.bad)
      expect([snippet, brokenBans("src/a.ts", snippet, [ban])]).not.toEqual([snippet, []]);
    for (const snippet of ban.good)
      expect([snippet, brokenBans("src/a.ts", snippet, [ban])]).toEqual([snippet, []]);
  },
);

test("a broken ban is reported with its file, its line and what to use instead", () => {
  expect(brokenBans("src/shard/a.ts", "\n\nconst t = Date.now();", bansUnderPorts)).toEqual([
    'src/shard/a.ts:3: Date ("Date"); use Clock.wallMs() of src/env/clock.ts, or the time in the input',
  ]);
});

test("bans under the ports cover the cores and shells, not the real ports, tests or programs", () => {
  const covered = [
    "src/shard/shard.ts",
    "src/server/driver.ts",
    "oracle/model.ts",
    "sim/world/net.ts",
    "src/env/clock.ts",
  ];
  const free = [
    "src/main.ts",
    "src/env/real/net.ts",
    "src/a.test.ts",
    "src/testing/a.ts",
    "oracle/run/main.ts",
    "sim/run/batch.ts",
    "bench/a.ts",
  ];
  expect(covered.filter((path) => !isUnderPorts(path))).toEqual([]);
  expect(free.filter(isUnderPorts)).toEqual([]);
});

test("a silenced type error is noticed", () => {
  expect(["ignore", "nocheck", "expect-error"].map((name) => silencers.test(`// @ts-${name}`))).toEqual([
    true,
    true,
    false,
  ]);
});

test("a missing header is noticed, and a line that starts a program may come before it", () => {
  const file = (path: string, text: string): SourceFile => ({ path, text });
  const good = [
    file("src/a.ts", "// A: a.\n"),
    file("src/b.ts", "#!/usr/bin/env node\n// B: b.\n"),
    file("src/c.test.ts", "import a"),
  ];
  const bad = [
    file("src/d.ts", 'import "e";\n// D: too late.\n'),
    file("src/e.ts", "//\n"),
    file("src/f.ts", ""),
  ];
  expect(withoutHeader([...good, ...bad])).toEqual(["src/d.ts", "src/e.ts", "src/f.ts"]);
});

test("names that say nothing are noticed", () => {
  const bad = [
    "src/lib/utils.ts",
    "src/common/a.ts",
    "src/lib/index.ts",
    "src/lib/someThing.ts",
    "bench/helpers/a.ts",
  ];
  expect(badlyNamed([...bad, "src/lib/half-siphash.test.ts", "src/testing/vitest.config.ts"])).toEqual(bad);
});

test("a stray or a missing entry at the top is noticed, an ignored one is not", () => {
  const present = [...required, ...permitted].map((name) => ({ name, isFolder: !name.includes(".") }));
  const entry = (name: string, isFolder: boolean) => ({ name, isFolder });
  const ignored = ["node_modules/", "*.log", "dump.rdb", ""];
  const harmless = [
    entry("node_modules", true),
    entry("a.log", false),
    entry("dump.rdb", false),
    entry(".git", true),
  ];
  expect(topLevelFaults([...present, ...harmless], ignored)).toEqual([]);
  expect(topLevelFaults([...present, entry("scripts", true)], ignored)).toEqual([
    "scripts does not belong at the top",
  ]);
  expect(topLevelFaults([...present, entry("dist", false)], ["dist/"])).toEqual([
    "dist does not belong at the top",
  ]);
  expect(topLevelFaults(present.slice(1), ignored)).toEqual([`${present[0]?.name} is missing`]);
});

function withoutHeader(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path, text }) => !isTest(path) && !/^(#![^\n]*\n)?\/\/ \S/.test(text))
    .map(({ path }) => path);
}

function badlyNamed(paths: readonly string[]): string[] {
  const vague = /(^|\/)(utils?|helpers?|common|managers?)(\/|\.|$)|(^|\/)index\.[a-z]+$/;
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?\.[a-z]+$/;
  return paths.filter((path) => vague.test(path) || !kebab.test(basename(path)));
}

const required = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "Dockerfile",
  "README.md",
  "src",
  "oracle",
  "sim",
  "compat",
  "bench",
];
const permitted = ["LICENSE", "biome.json"];

type TopLevelEntry = { readonly name: string; readonly isFolder: boolean };

function topLevelFaults(entries: readonly TopLevelEntry[], ignored: readonly string[]): string[] {
  const isIgnored = ({ name, isFolder }: TopLevelEntry): boolean =>
    ignored.some((line) => {
      if (line === "") return false;
      if (line.endsWith("/")) return isFolder && line === `${name}/`;
      return line.startsWith("*") ? name.endsWith(line.slice(1)) : line === name;
    });
  const stray = entries
    .filter((entry) => !entry.name.startsWith(".") && !isIgnored(entry))
    .filter(({ name }) => !required.includes(name) && !permitted.includes(name))
    .map(({ name }) => `${name} does not belong at the top`);
  const missing = required
    .filter((name) => !entries.some((entry) => entry.name === name))
    .map((name) => `${name} is missing`);
  return [...stray, ...missing];
}
