import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exceptions, needs, whyAbsent } from "./exceptions.ts";
import { readBaseline, readRatchet, readResults } from "./files.ts";
import { notPassing, replaceTable, tclReport, tclTable } from "./table.ts";
import { units } from "./units.ts";

const readme = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");

test("compat/README.md has the tables of the results (npm run compat -- --suite tcl --write)", () => {
  expect(readme).toBe(replaceTable(readme, tclReport(readResults())));
});

test("a table that differs is noticed, and markers that are not there are an error", () => {
  const text = "a\n<!-- tcl:start -->\n\nold\n\n<!-- tcl:end -->\nb\n";
  expect(replaceTable(text, "new")).toBe("a\n<!-- tcl:start -->\n\nnew\n\n<!-- tcl:end -->\nb\n");
  expect(() => replaceTable("a", "new")).toThrow("tcl:start");
});

test("every unit file has a baseline and a result", () => {
  const files = units.map(({ file }) => file).sort();
  expect(Object.keys(readBaseline().files)).toEqual(files);
  expect(Object.keys(readResults().files)).toEqual(files);
});

test("the results have no test that failed or is missing without an excuse", () => {
  const faults = Object.entries(readResults().files).flatMap(([file, each]) =>
    each.faults.map((fault) => [file, fault]),
  );
  expect(faults).toEqual([]);
});

test("the README names every test that a stock server passes and that never passed here, and no other", () => {
  const ratchet = readRatchet();
  const unpassed = Object.entries(readBaseline().files).flatMap(([file, { passed }]) => {
    const held = new Set(ratchet[file]);
    return passed.filter((name) => !held.has(name)).map((name) => `${file}: ${name}`);
  });
  const named = notPassing(readResults());
  const quick = named.filter(({ isSlow }) => !isSlow).map(({ file, test: name }) => `${file}: ${name}`);
  expect(quick.sort()).toEqual(unpassed.sort());
  const { files } = readBaseline();
  const isSlow = (file: string, name: string): boolean => files[file]?.slow.includes(name) === true;
  expect(named.filter((each) => each.isSlow !== isSlow(each.file, each.test))).toEqual([]);
});

test("what is named agrees with the counts of each unit file, and every command that is needed has its reason", () => {
  const { files } = readResults();
  for (const [file, { needs: needsCount, needing, excepted }] of Object.entries(files)) {
    const quick = exceptions.filter((each) => each.file === file && each.isSlow !== true);
    expect([file, Object.keys(needing).length, quick.length]).toEqual([file, needsCount, excepted]);
  }
  const commands = new Set(Object.values(files).flatMap(({ needing }) => Object.values(needing).flat()));
  expect(Object.keys(whyAbsent).sort()).toEqual([...commands].sort());
});

test("a row names the file, the test and why, and nothing in it is taken for Markdown", () => {
  const judgement = {
    mode: "external" as const,
    ...{ stock: 3, passed: 1, needs: 1, excepted: 1, failed: 0, missing: 0, skipped: 0, faults: [] },
    needing: { "a|b": ["migrate"] },
  };
  const report = tclReport({ stock: "7.0.15", files: { "unit/multi": judgement } });
  expect(report).toContain("| `unit/multi` | a\\|b | needs `MIGRATE`: ");
  expect(report).toContain("does not, 3 in all.");
});

test("exceptions, needs and the ratchet name tests that the stock server passes", () => {
  const { files } = readBaseline();
  const isKnown = (file: string, name: string): boolean =>
    files[file]?.passed.includes(name) === true || files[file]?.slow.includes(name) === true;
  expect([...exceptions, ...needs].filter((each) => !isKnown(each.file, each.test))).toEqual([]);
  const held = Object.entries(readRatchet()).flatMap(([file, names]) =>
    names.map((name) => ({ file, name })),
  );
  expect(held.length).toBeGreaterThan(300);
  expect(held.filter(({ file, name }) => !isKnown(file, name))).toEqual([]);
});

test("the table has a row for each unit file, in the order of names, and sums for either mode", () => {
  const table = tclTable({
    stock: "7.0.15",
    files: {
      "unit/a": {
        mode: "external",
        stock: 5,
        passed: 2,
        needs: 2,
        excepted: 1,
        failed: 0,
        missing: 0,
        skipped: 0,
        needing: { s: ["sadd"], t: ["client|tracking", "sadd"] },
        faults: [],
      },
      "unit/b": {
        mode: "internal",
        stock: 1,
        passed: 0,
        needs: 0,
        excepted: 0,
        failed: 1,
        missing: 0,
        skipped: 0,
        needing: {},
        faults: [],
      },
    },
  });
  expect(table).toMatchInlineSnapshot(`
    "| unit file | stock 7.0.15 | passed | needs a command | excepted | failed | missing | what it needs most |
    | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
    | \`unit/a\` | 5 | 2 | 2 | 1 | 0 | 0 | \`SADD\`, \`CLIENT TRACKING\` |
    | **external** | 5 | 2 | 2 | 1 | 0 | 0 | |
    | \`unit/b\` | 1 | 0 | 0 | 0 | 1 | 0 | |
    | **internal** | 1 | 0 | 0 | 0 | 1 | 0 | |"
  `);
});
