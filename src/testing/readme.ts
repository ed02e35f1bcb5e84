// Readme: fills the sections of the two maps that follow from the code.
//
// Role: a program and what its test needs. `npx node src/testing/readme.ts` writes
//   README.md       commands    from the commands' declarations
//   README.md       coverage    from the declarations and the list of a stock Redis's commands
//   src/README.md   layers      from the rows that every import is held against
// and leaves all else as it is; the sections with measurements are bench/table.ts's.
// Invariant: `current` of what `current` returned is the same text.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { replaceSection } from "../../bench/document.ts";
import { readStockCommands } from "../../compat/suite/command-list.ts";
import { coverageTable } from "../../compat/suite/coverage-table.ts";
import { declarations } from "../commands/registry.ts";
import { commandTable } from "../commands/table.ts";
import { layerTable } from "./layers.ts";
import { repositoryRoot } from "./source.ts";

export type Section = {
  readonly document: string;
  readonly marker: string;
  readonly render: () => string;
};

export const sections: readonly Section[] = [
  { document: "README.md", marker: "commands", render: () => commandTable(declarations) },
  { document: "README.md", marker: "coverage", render: coverage },
  { document: "src/README.md", marker: "layers", render: layerTable },
];

function coverage(): string {
  const names = declarations.flatMap(({ name, subcommands }) => [
    name,
    ...(subcommands ?? []).map((each) => `${name}|${each.name}`),
  ]);
  return coverageTable(readStockCommands().commands, new Set(names));
}

/** The document's text with the section as the code has it; throws when its markers are missing. */
export function current(text: string, section: Section): string {
  return replaceSection(text, section.marker, section.render());
}

export function readDocument(document: string): string {
  return readFileSync(join(repositoryRoot, document), "utf8");
}

if (import.meta.main) {
  for (const section of sections) {
    const before = readDocument(section.document);
    const after = current(before, section);
    if (after !== before) writeFileSync(join(repositoryRoot, section.document), after);
    console.log(`${section.document} ${section.marker}: ${after === before ? "up to date" : "written"}`);
  }
}
