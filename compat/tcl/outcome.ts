// Outcome: what became of each test of one unit file.
//
// Role: pure; folds what the harness tells into one outcome per test. Names repeat inside a file (loops over
// encodings), so a test is known by its name and its occurrence: "name", "name #2", "name #3" ...
// Invariants: a test that began and never ended is `cut`; an error inside a test fails it, whatever it says later.

import type { Told } from "./harness.ts";

export type Outcome =
  | { readonly kind: "passed" | "skipped" }
  | {
      /** cut: the test hung, or the server or the client ended in it. */
      readonly kind: "failed" | "cut";
      readonly why: string;
      /** Commands that the test sent, and subcommands that the server called unknown, in lower case. */
      readonly commands: readonly string[];
    };

export type OutsideError = { readonly command: string; readonly error: string };

export type FileOutcome = {
  readonly tests: ReadonlyMap<string, Outcome>;
  /** Errors between tests. */
  readonly outside: readonly OutsideError[];
  /** Commands that were sent between tests, and subcommands that the server called unknown there. */
  readonly commandsOutside: readonly string[];
};

type Open = {
  readonly id: string;
  verdict: "passed" | "skipped" | undefined;
  errors: string[];
  commands: string[];
};

export class OutcomeBuilder {
  readonly #tests = new Map<string, Outcome>();
  readonly #counts = new Map<string, number>();
  readonly #outside: OutsideError[] = [];
  readonly #commandsOutside = new Set<string>();
  readonly #open: Open[] = []; // Tests inside tests exist: the last is the innermost.

  take(told: Told): void {
    const current = this.#open.at(-1);
    switch (told.kind) {
      case "begin":
        this.#open.push({ id: this.#nextId(told.text), verdict: undefined, errors: [], commands: [] });
        return;
      case "end":
        if (current !== undefined) this.#close(current);
        return;
      case "ok":
        if (current !== undefined) current.verdict = "passed";
        return;
      case "skip":
      case "ignore":
        if (current !== undefined) current.verdict ??= "skipped"; // A block left out inside a test is not the test.
        return;
      case "err":
        if (current !== undefined) current.errors.push(told.text);
        else this.#outside.push({ command: "start_server", error: told.text });
        return;
      case "sent":
        this.#note(told.text.toLowerCase());
        return;
      case "unknown":
        this.#note(unknownName(told.text));
        return;
      case "outside":
        this.#outside.push({ command: told.text, error: told.error });
        return;
    }
  }

  /** Commands that the test under way sent, or that were sent between tests. */
  get currentCommands(): readonly string[] {
    return this.#open.at(-1)?.commands ?? [];
  }

  /** The name of the test that is under way, for skipping it in another run. */
  get currentName(): string | undefined {
    return this.#open.at(-1)?.id.replace(/ #\d+$/, "");
  }

  /** Ends the file. Tests under way are cut, for the reason given. */
  finish(cutWhy: string): FileOutcome {
    for (const { id, commands } of this.#open) this.#tests.set(id, { kind: "cut", why: cutWhy, commands });
    return { tests: this.#tests, outside: this.#outside, commandsOutside: [...this.#commandsOutside] };
  }

  #note(command: string): void {
    const current = this.#open.at(-1);
    if (current !== undefined) current.commands.push(command);
    else this.#commandsOutside.add(command);
  }

  #nextId(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name} #${count}`;
  }

  #close({ id, verdict, errors, commands }: Open): void {
    this.#open.pop();
    if (errors.length > 0) this.#tests.set(id, { kind: "failed", why: errors.join("\n"), commands });
    else if (verdict === undefined)
      this.#tests.set(id, { kind: "failed", why: "it ended without a verdict", commands });
    else this.#tests.set(id, { kind: verdict });
  }
}

/** "ERR unknown command 'foo', ..." is foo; "ERR unknown subcommand 'bar'. Try FOO HELP." is foo|bar. */
function unknownName(reply: string): string {
  const command = /unknown command '([^']*)'/i.exec(reply)?.[1];
  if (command !== undefined) return command.toLowerCase();
  const sub = /unknown subcommand.*'([^']*)'.* Try (\S+) HELP/i.exec(reply);
  return `${sub?.[2] ?? "?"}|${sub?.[1] ?? "?"}`.toLowerCase();
}
