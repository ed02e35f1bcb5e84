import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import { expect, test } from "vitest";
import { rowOf, layerRows as rows } from "./layers.ts";
import { imports, isTest, readSources, repositoryRoot, type SourceFile } from "./source.ts";

// npm packages, by the row or file that may import them. Outside src every declared package is allowed.
const sourcePackages: Readonly<Record<string, readonly string[]>> = {
  "src/env/real": ["pino", "pino-pretty", "prom-client"],
  "src/main.ts": ["pino", "pino-pretty", "prom-client"],
};

// Modules of Node.js, by the row or file of src that may import them.
const sourceBuiltins: Readonly<Record<string, readonly string[]>> = {
  "src/env/real": ["*"],
  "src/main.ts": ["*"],
  "src/lib/sha1.ts": ["node:crypto"], // A pure function of its input, which ours would only be slower at.
};

/** One line for each import that breaks a row: file, line, what it imports, and the row. */
function brokenRows(files: readonly SourceFile[], packages: ReadonlySet<string>): string[] {
  return files.flatMap(({ path, text }) =>
    imports(text).flatMap(({ specifier, line }) => {
      const why = specifier === undefined ? "is computed" : reason(path, specifier, packages);
      return why === undefined ? [] : [`${path}:${line}: import of ${specifier ?? "an expression"} ${why}`];
    }),
  );
}

function reason(path: string, specifier: string, packages: ReadonlySet<string>): string | undefined {
  if (isBuiltin(specifier)) return builtinReason(path, specifier);
  if (!specifier.startsWith(".")) return packageReason(path, specifier, packages);
  const target = posix.join(posix.dirname(path), specifier);
  const targetRow = rowOf(target);
  if (targetRow === undefined) return target.startsWith("src/") ? noRow(target) : "leaves the source folders";
  if (isTest(path)) return undefined;
  if (isTest(target)) return "reaches into a test file";
  const row = rowOf(path);
  if (row === undefined) return noRow(path);
  const allowed = rows[row] ?? [];
  if (row === targetRow || [targetRow, target, "*"].some((name) => allowed.includes(name))) return undefined;
  return `breaks the row "${row} may import ${allowed.join(", ") || "nothing"}"`;
}

function builtinReason(path: string, specifier: string): string | undefined {
  if (!specifier.startsWith("node:")) return `must be written node:${specifier}`;
  if (isTest(path) || !path.startsWith("src/") || path.startsWith("src/testing/")) return undefined;
  const allowed = sourceBuiltins[path] ?? sourceBuiltins[rowOf(path) ?? ""] ?? [];
  if (allowed.includes("*") || allowed.includes(specifier)) return undefined;
  return 'breaks the row "modules of Node.js only in src/env/real and src/main.ts": use a port of src/env';
}

function packageReason(path: string, specifier: string, packages: ReadonlySet<string>): string | undefined {
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  if (!packages.has(name)) return "is not declared in package.json";
  if (isTest(path) || !path.startsWith("src/") || path.startsWith("src/testing/")) return undefined;
  if ((sourcePackages[rowOf(path) ?? ""] ?? []).includes(name)) return undefined;
  return `breaks the row "npm packages in src: ${JSON.stringify(sourcePackages)}"`;
}

function noRow(path: string): string {
  return `concerns ${path}, which has no row in layers.ts: give its folder one`;
}

function declaredPackages(): ReadonlySet<string> {
  const { dependencies, devDependencies }: Record<string, Record<string, string> | undefined> = JSON.parse(
    readFileSync(join(repositoryRoot, "package.json"), "utf8"),
  );
  return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]);
}

test("every import keeps to the layers", () => {
  expect(brokenRows(readSources(), declaredPackages())).toEqual([]);
});

test("every file but a test belongs to a row", () => {
  expect(
    readSources()
      .filter(({ path }) => !isTest(path) && rowOf(path) === undefined)
      .map(({ path }) => path),
  ).toEqual([]);
});

test("the rows name only rows and files, and those of src form no cycle", () => {
  const names = Object.values(rows).flat();
  expect(names.filter((name) => name !== "*" && !(name in rows) && !name.endsWith(".ts"))).toEqual([]);
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (rows[from] ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  const sourceRows = Object.keys(rows).filter((row) => row.startsWith("src/"));
  expect(sourceRows.filter((row) => reaches(row, row, new Set()))).toEqual([]);
});

const packages = new Set(["pino", "ioredis"]);
const broken = (path: string, text: string): string[] => brokenRows([{ path, text }], packages);

test.each([
  [
    "src/lib/a.ts",
    `\nimport { b } from "../resp/b.ts";`,
    'src/lib/a.ts:2: import of ../resp/b.ts breaks the row "src/lib may import nothing"',
  ],
  ["src/server/a.ts", `import "../env/real/net.ts";`, 'breaks the row "src/server may import'],
  ["src/commands/string/get.ts", `export * from "../../persistence/rdb.ts";`, 'breaks the row "src/commands'],
  ["src/shard/a.ts", `const x = import("../main.ts");`, 'breaks the row "src/shard'],
  ["src/lib/a.ts", `import "../testing/source.ts";`, 'breaks the row "src/lib'],
  ["src/lib/a.ts", `import "./b.test.ts";`, "reaches into a test file"],
  ["src/lib/a.ts", `import(name);`, "is computed"],
  ["src/lib/a.ts", `import { createHash } from "node:crypto";`, "use a port of src/env"],
  ["src/main.ts", `import { join } from "path";`, "must be written node:path"],
  ["src/shard/a.ts", `import pino from "pino";`, "npm packages in src"],
  ["src/env/real/a.ts", `import Redis from "ioredis";`, "npm packages in src"],
  ["bench/a.ts", `import lodash from "lodash";`, "is not declared in package.json"],
  ["src/new-folder/a.ts", `import "../lib/a.ts";`, "has no row"],
  ["oracle/a.ts", `import "../src/lib/int64.ts";`, 'breaks the row "oracle may import src/resp"'],
  ["compat/a.ts", `import "../src/commands/define.ts";`, 'breaks the row "compat'],
  ["sim/a.ts", `import "../src/env/real/clock.ts";`, 'breaks the row "sim'],
  ["src/lib/a.test.ts", `import "../../../elsewhere.ts";`, "leaves the source folders"],
])("%s with %j is refused", (path, text, message) => {
  expect(broken(path, text).join("\n")).toContain(message);
});

test.each([
  ["src/commands/string/get.ts", `import "../../keyspace/keyspace.ts"; import "../define.ts";`],
  ["src/commands/generic/dump.ts", `import "../../persistence/dump-payload.ts";`],
  ["src/lib/sha1.ts", `import { createHash } from "node:crypto";`],
  ["src/main.ts", `import "./server/server.ts"; import pino from "pino"; import "node:process";`],
  ["src/lib/a.test.ts", `import "../server/server.ts"; import "node:fs"; import Redis from "ioredis";`],
  ["compat/generator/a.ts", `import "../../src/commands/define.ts"; import "../cases.ts";`],
  ["bench/micro/dict.ts", `import "../../src/store/dict.ts"; import "../measure.ts";`],
])("%s with %j is allowed", (path, text) => {
  expect(broken(path, text)).toEqual([]);
});
