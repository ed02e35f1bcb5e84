// Steps: what a differential run does, as data that can be recorded, replayed, shrunk and written to a file.
//
// One line of a regression file is one step:
//   1> SET "a b" x        a call on connection 1 (of two)
//   2> @expire a          PEXPIRE a 1, then waiting until both servers no longer have the key
//   1> @walk COUNT 5      a whole SCAN walk, of which the sets of keys are compared
//   @state                the comparison of everything that is stored
//   # ...                 a remark

import { parseWords, quoteWords, type Words } from "../resp/request.ts";

export type Step =
  | { readonly kind: "call"; readonly connection: number; readonly words: Words; readonly fullName: string }
  | { readonly kind: "expire"; readonly connection: number; readonly key: string }
  | { readonly kind: "walk"; readonly connection: number; readonly options: Words }
  | { readonly kind: "state" };

/** `fullNameOf` finds the declared command that a call's first words name. */
export function readSteps(text: string, fullNameOf: (words: Words) => string): Step[] {
  const steps: Step[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    if (line === "@state") {
      steps.push({ kind: "state" });
      continue;
    }
    const connection = Number(line.slice(0, 1)) - 1;
    const rest = line.slice(3);
    const words = parseWords(rest);
    if (rest.startsWith("@expire")) steps.push({ kind: "expire", connection, key: words[1] ?? "" });
    else if (rest.startsWith("@walk")) steps.push({ kind: "walk", connection, options: words.slice(1) });
    else steps.push({ kind: "call", connection, words, fullName: fullNameOf(words) });
  }
  return steps;
}

export function writeStep(step: Step, sizeMax = Number.POSITIVE_INFINITY): string {
  switch (step.kind) {
    case "call":
      return `${step.connection + 1}> ${quoteWords(step.words, sizeMax)}`;
    case "expire":
      return `${step.connection + 1}> @expire ${quoteWords([step.key], sizeMax)}`;
    case "walk":
      return `${step.connection + 1}> @walk ${quoteWords(step.options, sizeMax)}`.trimEnd();
    case "state":
      return "@state";
  }
}

/** Words of a step that may name keys: for finding what else touched them. */
export function touchedWords(step: Step): readonly string[] {
  if (step.kind === "call") return step.words.slice(1);
  return step.kind === "expire" ? [step.key] : [];
}
