import { expect, test } from "vitest";
import { imports, readSources, tokens } from "./source.ts";

const words = (text: string): string[] =>
  tokens(text)
    .filter((token) => token.kind === "word")
    .map((token) => token.text);

test("comments, strings and regular expressions hold no words", () => {
  expect(words("a // b\n/* c\n d */ e")).toEqual(["a", "e"]);
  expect(words(`a = "b \\" c" + 'd';`)).toEqual(["a"]);
  expect(words("a = /b[/]c\\/d/g.test(e)")).toEqual(["a", "test", "e"]);
  expect(words("a = b / c / d")).toEqual(["a", "b", "c", "d"]);
  expect(words("return /a/.test(b)")).toEqual(["return", "test", "b"]);
});

test("code inside a template is code, at any nesting, and its text is not", () => {
  expect(words("`a ${b + `c ${d} e`} f` + g")).toEqual(["b", "d", "g"]);
  expect(words("`${{ a: 1 }.a} b`; c")).toEqual(["a", "a", "c"]);
  expect(words("`a \\` $ {b} \\${c}` + d")).toEqual(["d"]);
});

test("a token knows its line and how many brackets are open around it", () => {
  const found = tokens("a;\n/* \n */ f({\n b: `\n${c}` });\nd").filter((token) => token.kind === "word");
  expect(found.map(({ text, line, depth }) => [text, line, depth])).toEqual([
    ["a", 1, 0],
    ["f", 3, 0],
    ["b", 4, 2],
    ["c", 5, 3],
    ["d", 6, 0],
  ]);
});

test("every form of import is found", () => {
  const text = [
    `#!/usr/bin/env node`,
    `import a from "one";`,
    `import type { B } from 'two';`,
    `import "three";`,
    `export * from "four";`,
    `const c = import("five");`,
    `const d = require("six");`,
    `type E = import("seven").E;`,
    `const f = import(name);`,
    `Array.from("not one"); // import "nor this"`,
    `const g = 'import "nor that"';`,
  ].join("\n");
  expect(imports(text)).toEqual([
    { specifier: "one", line: 2 },
    { specifier: "two", line: 3 },
    { specifier: "three", line: 4 },
    { specifier: "four", line: 5 },
    { specifier: "five", line: 6 },
    { specifier: "six", line: 7 },
    { specifier: "seven", line: 8 },
    { specifier: undefined, line: 9 },
  ]);
});

test("brackets balance in every file of the repository, so none of them was misread", () => {
  for (const { path, text } of readSources()) {
    const last = tokens(`${text}\n;`).at(-1);
    expect([path, last?.text, last?.depth]).toEqual([path, ";", 0]);
  }
});
