import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { type CommandDeclaration, defineCommand } from "../commands/define.ts";
import { declarations } from "../commands/registry.ts";
import { commandTable, isOfLaterVersion, stockCommandCount } from "../commands/table.ts";
import { layerTable } from "./layers.ts";
import { current, readDocument, sections } from "./readme.ts";
import { readSources, repositoryRoot } from "./source.ts";
import { hasStockRedis, StockRedis } from "./stock-server.ts";

const documents = ["README.md", "src/README.md", "oracle/README.md", "sim/README.md"];

test.each(sections)(
  "$document has its $marker as the code has them (npx node src/testing/readme.ts)",
  (section) => {
    const text = readDocument(section.document);
    expect(text).toBe(current(text, section));
  },
);

test("a section that differs from the code is noticed, and filling it leaves the rest as it is", () => {
  const section = { document: "README.md", marker: "a", render: () => "| new |" };
  const text = "# Title\n\n<!-- a:start -->\n\n| old |\n\n<!-- a:end -->\n\nEnd.\n";
  const filled = "# Title\n\n<!-- a:start -->\n\n| new |\n\n<!-- a:end -->\n\nEnd.\n";
  expect(current(text, section)).toBe(filled);
  expect(current(filled, section)).toBe(filled);
  expect(() => current("# Title\n", section)).toThrow("want one <!-- a:start -->");
});

test("the command table names every declaration and every subcommand once", () => {
  const table = commandTable(declarations);
  const rows = table.split("\n").filter((line) => line.includes("`"));
  const names = rows.flatMap((row) => [...row.matchAll(/`([A-Z0-9_-]+)`/g)].map((match) => match[1]));
  expect(names.toSorted()).toEqual(declarations.map(({ name }) => name.toUpperCase()).toSorted());
  for (const { name, subcommands } of declarations) {
    if (subcommands === undefined) continue;
    const listed = subcommands.map((each) => each.name.toUpperCase()).sort();
    expect(table).toContain(`\`${name.toUpperCase()}\` (${listed.join(", ")})`);
  }
});

test("the command table has one row for each group, with its number of commands", () => {
  const command = (
    name: string,
    group: "string" | "list",
    subcommands?: readonly string[],
  ): CommandDeclaration =>
    defineCommand({
      name,
      group,
      summary: "Does nothing.",
      since: "1.0.0",
      complexity: "O(1)",
      flags: [],
      syntax: [],
      class: "exact",
      ...(subcommands === undefined ? {} : { subcommands: subcommands.map((each) => command(each, group)) }),
    });
  const declared = [command("lpop", "list"), command("set", "string"), command("get", "string", ["b", "a"])];
  expect(commandTable(declared)).toMatchInlineSnapshot(`
    "3 of the 240 commands of a stock Redis 7.0 are there, with 2 subcommands, and 0 commands of later versions.

    | group | commands |
    | --- | --- |
    | Strings (2) | \`GET\` (A, B), \`SET\` |
    | Lists (1) | \`LPOP\` |"
  `);
});

test("the layer table has a row for each row of the layers", () => {
  const table = layerTable();
  expect(table).toContain("| `store` | `lib` |");
  expect(table).toContain("| `server` | all parts* |");
  expect(table).toContain("| `../oracle` | `resp` |");
});

test.each(documents)("every link of %s leads to a file or a heading that is there", (document) => {
  expect(brokenLinks(document, readDocument(document))).toEqual([]);
});

test("a link that leads nowhere is noticed", () => {
  const text =
    "# A title\n[a](src/main.ts) [b](#a-title) [c](src/nowhere.ts) [d](#none) [e](oracle/README.md#none) [f](https://redis.io)";
  expect(brokenLinks("README.md", text)).toEqual(["src/nowhere.ts", "#none", "oracle/README.md#none"]);
});

test("every source file that a map names in code marks is there", () => {
  for (const document of documents) {
    expect([document, ...missingFiles(document, readDocument(document))]).toEqual([document]);
  }
});

test("a source file that is not there is noticed", () => {
  expect(missingFiles("src/README.md", "`store/arena.ts` `store/nothing.ts` `x.test.ts`")).toEqual([
    "store/nothing.ts",
  ]);
});

test.skipIf(!hasStockRedis())(
  "a stock Redis counts as many commands as the table says, ours among them",
  async () => {
    const stock = await StockRedis.start();
    try {
      expect(await stock.text("COMMAND", "COUNT")).toBe(String(stockCommandCount));
      const reply = await stock.call("COMMAND", "LIST");
      if (reply.kind !== "list") throw new Error("COMMAND LIST answered no list");
      const known = reply.items.map((item) => (item.kind === "bulk" ? item.bytes.toString("latin1") : ""));
      const unknown = declarations.filter(({ name }) => !known.includes(name));
      expect(unknown.filter((each) => !isOfLaterVersion(each))).toEqual([]);
    } finally {
      await stock.stop();
    }
  },
);

test("the README names every script of package.json, and every stage of npm test", () => {
  const readme = readDocument("README.md");
  const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    readDocument("package.json"),
  );
  const names = Object.keys(manifest.scripts).filter((name) => !name.startsWith("pre"));
  const typed = names.map((name) => (["start", "test"].includes(name) ? `npm ${name}` : `npm run ${name}`));
  expect(typed.filter((words) => !new RegExp(`${words}(?![:\\w])`).test(readme))).toEqual([]);
  const stages = [...readDocument("src/testing/run-tests.ts").matchAll(/\{ name: "(\w+)"/g)];
  expect(stages.length).toBeGreaterThan(2);
  expect(stages.map(([, name]) => name).filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
});

function brokenLinks(document: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !target.includes("://"))
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? document : join(dirname(document), path);
      if (!existsSync(join(repositoryRoot, file))) return true;
      return anchor !== undefined && !anchorsOf(path === "" ? text : readDocument(file)).includes(anchor);
    });
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => anchorOf(title));
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, "")
    .replace(/ /g, "-");
}

// Names of files that have a folder: `store/arena.ts`. A name alone (`main.ts`) may be meant of any folder.
function missingFiles(document: string, text: string): string[] {
  const paths = new Set(readSources().map(({ path }) => path));
  return [...text.matchAll(/`([a-z0-9/-]+\/[a-z0-9.-]+\.(?:ts|mjs))`/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !paths.has(name) && !paths.has(join(dirname(document), name)));
}
