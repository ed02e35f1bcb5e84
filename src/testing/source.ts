// Source: the repository's own files, cut into tokens for the tests that read them.
//
// Role: comments, strings and regular expressions have to be told from code, or a ban on a word would also
// forbid writing about it. This is a scanner, not a parser: it knows what is code, on which line, and inside
// how many brackets, which is all that the layer and tidy tests ask.
// Departure from the grammar: a slash after `)` or `}` is read as a division. A regular expression placed there
// would be misread; write it into a constant.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type SourceFile = { readonly path: string; readonly text: string };

export type Token = {
  readonly kind: "word" | "number" | "string" | "template" | "regex" | "mark";
  readonly text: string; // A string's or template's content is without its quotes.
  readonly line: number; // From 1.
  readonly depth: number; // Brackets of any kind open around it.
};

export const repositoryRoot: string = fileURLToPath(new URL("../..", import.meta.url));
export const sourceFolders = ["src", "oracle", "sim", "compat", "bench"] as const;

/** Every TypeScript and JavaScript file of the source folders, by path from the root, in sorted order. */
export function readSources(): SourceFile[] {
  return sourceFolders
    .filter((folder) => existsSync(join(repositoryRoot, folder)))
    .flatMap((folder) =>
      readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => /\.(ts|mts|mjs|js|cjs)$/.test(path) && !path.includes("node_modules"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), "utf8") }));
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}

// Each alternative is tried at the same place, in this order. A template is handled apart, as it nests.
const patterns = {
  blank: /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|^#![^\n]*/y,
  word: /[\p{ID_Start}$_#@][\p{ID_Continue}$]*/uy,
  number: /\.?\d(?:[eE][+-]?\d|[\w.])*/y,
  string: /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y,
  regex: /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y,
  templateText: /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y,
  mark: /\?\.(?!\d)|=>|\.\.\.|[\s\S]/y,
} as const;

// After these words an expression begins, so a slash opens a regular expression.
const wordsBeforeExpression = new Set(
  "return typeof case in of delete void throw new else do await yield instanceof".split(" "),
);

/** Tokens of `text` in order; comments and white space are left out. Never throws: unknown bytes are marks. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  const templateDepths: number[] = []; // Depths at which a `}` returns to the text of a template.
  let at = 0;
  let line = 1;
  let depth = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match === undefined || match === "") return undefined;
    at += match.length;
    return match;
  };
  const push = (kind: Token["kind"], content: string, whole: string): void => {
    found.push({ kind, text: content, line, depth });
    line += countLines(whole);
  };
  const takeTemplate = (): void => {
    const content = take(patterns.templateText) ?? "";
    push("template", content, content);
    if (text.startsWith("${", at)) {
      at += 2;
      depth += 1;
      templateDepths.push(depth);
    } else at += 1; // The closing quote, or the end of a broken file.
  };

  while (at < text.length) {
    const blank = take(patterns.blank);
    if (blank !== undefined) {
      line += countLines(blank);
      continue;
    }
    if (text[at] === "`") {
      at += 1;
      takeTemplate();
      continue;
    }
    if (text[at] === "}" && templateDepths.at(-1) === depth) {
      templateDepths.pop();
      depth -= 1;
      at += 1;
      takeTemplate();
      continue;
    }
    const plain = takePlain(take, found.at(-1));
    if (plain.kind === "mark" && /[)\]}]/.test(plain.text)) depth -= 1;
    const content = plain.kind === "string" ? plain.text.slice(1, -1) : plain.text;
    push(plain.kind, content, plain.text);
    if (plain.kind === "mark" && /[([{]/.test(plain.text)) depth += 1;
  }
  return found;
}

function takePlain(
  take: (pattern: RegExp) => string | undefined,
  before: Token | undefined,
): { readonly kind: Token["kind"]; readonly text: string } {
  for (const kind of ["word", "number", "string"] as const) {
    const match = take(patterns[kind]);
    if (match !== undefined) return { kind, text: match };
  }
  const regex = opensExpression(before) ? take(patterns.regex) : undefined;
  if (regex !== undefined) return { kind: "regex", text: regex };
  return { kind: "mark", text: take(patterns.mark) ?? "" };
}

function opensExpression(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "word") return wordsBeforeExpression.has(before.text);
  return before.kind === "mark" && !/[)\]}]/.test(before.text);
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}

export type Import = { readonly specifier: string | undefined; readonly line: number };

/** Every import of a file, static, dynamic, re-exported or by require; no specifier when it is computed. */
export function imports(text: string): Import[] {
  const all = tokens(text);
  const found: Import[] = [];
  for (const [index, token] of all.entries()) {
    const before = all[index - 1];
    if (token.kind !== "word" || before?.text === "." || before?.text === "?.") continue;
    const next = all[index + 1];
    const following = all[index + 2];
    const isCall = next?.kind === "mark" && next.text === "(";
    if (token.text === "from" && next?.kind === "string") {
      found.push({ specifier: next.text, line: next.line });
    } else if (token.text === "import" && next?.kind === "string") {
      found.push({ specifier: next.text, line: next.line });
    } else if ((token.text === "import" || token.text === "require") && isCall) {
      const isLiteral = following?.kind === "string" && all[index + 3]?.text !== "+";
      found.push({ specifier: isLiteral ? following.text : undefined, line: token.line });
    }
  }
  return found;
}
