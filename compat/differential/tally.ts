// Tally: what was drawn and how it went, per command; a command that was never drawn, or never succeeded, shows.

import { type Target, targets } from "../generator/declared.ts";
import { optionWords } from "../generator/generate.ts";
import { errorKind, isErrorFrame } from "../resp/reply-frame.ts";
import type { Words } from "../resp/request.ts";
import { leftOut, neverDrawn, partlyDrawn } from "./by-design.ts";

type Row = {
  calls: number;
  succeeded: number;
  readonly errors: Map<string, number>;
  /** Of each word of its options: the calls that had it, and how many of them succeeded. */
  readonly options: Map<string, { calls: number; succeeded: number }>;
};

const callsThatMustSucceed = 100;
/** Of calls that name an option one in eight or more succeeds: all of so many fail once in three thousand runs. */
const callsWithOptionThatMustSucceed = 60;
/** Of so many calls each option is in some. */
const callsThatMustHaveAll = 250;
/** Fewer may all meet keys without a consumer group. */
const callsOfGroupsThatMustSucceed = 400;
const asksForGroup = /^x(ack|claim|autoclaim|pending|readgroup|group\||info\|consumers)/;

export class Tally {
  readonly #rows = new Map<string, Row>();

  add(target: Target, words: Words, stock: Buffer): void {
    let row = this.#rows.get(target.fullName);
    if (row === undefined) {
      row = { calls: 0, succeeded: 0, errors: new Map(), options: new Map() };
      for (const word of optionWords(target.syntax))
        row.options.set(word.toUpperCase(), { calls: 0, succeeded: 0 });
      this.#rows.set(target.fullName, row);
    }
    row.calls++;
    const isError = isErrorFrame(stock);
    for (const [option, counts] of row.options) {
      if (!words.some((word) => word.toUpperCase() === option)) continue;
      counts.calls++;
      if (!isError) counts.succeeded++;
    }
    if (isError) {
      const text =
        `${errorKind(stock)} ${stock.toString("latin1", 1, 60).replace(/^\S+ /, "").slice(0, 28)}`.trim();
      row.errors.set(text, (row.errors.get(text) ?? 0) + 1);
    } else {
      row.succeeded++;
    }
  }

  /** What was not drawn although it must be. Meaningful after a run of all commands. */
  faults(): string[] {
    const faults: string[] = [];
    for (const target of targets) {
      const { fullName } = target;
      const row = this.#rows.get(fullName);
      if (row === undefined) {
        if (!(fullName in neverDrawn) && !(fullName in leftOut)) faults.push(`${fullName} was never drawn`);
        continue;
      }
      if (fullName in neverDrawn) faults.push(`${fullName} was drawn although it is listed as never drawn`);
      if (fullName in partlyDrawn || row.calls < enoughFor(fullName)) continue;
      if (row.succeeded === 0) faults.push(`${fullName} never succeeded in ${row.calls} calls`);
      const isUnused = ({ calls, succeeded }: { calls: number; succeeded: number }): boolean =>
        calls === 0
          ? row.calls >= callsThatMustHaveAll
          : succeeded === 0 && calls >= callsWithOptionThatMustSucceed;
      const unused = [...row.options].filter(([, counts]) => isUnused(counts)).map(([word]) => word);
      if (unused.length > 0) faults.push(`${fullName} never succeeded with ${unused.join(", ")}`);
    }
    return faults;
  }

  table(): string {
    const lines = [...this.#rows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, row]) => {
        const share = `${Math.round((100 * row.succeeded) / row.calls)} %`;
        const top = [...row.errors].sort((a, b) => b[1] - a[1]);
        const errors = top
          .slice(0, 4)
          .map(([text, count]) => `${count} ${text}`)
          .join("; ");
        const more = top.length > 4 ? `; ${top.length - 4} more texts` : "";
        return `${name.padEnd(26)} ${String(row.calls).padStart(7)} ${share.padStart(6)}  ${printable(errors + more)}`;
      });
    return [`${"command".padEnd(26)} ${"calls".padStart(7)} ${"ok".padStart(6)}  errors`, ...lines].join(
      "\n",
    );
  }
}

function printable(text: string): string {
  return text.replace(/[^ -~]/g, "?");
}

function enoughFor(fullName: string): number {
  return asksForGroup.test(fullName) ? callsOfGroupsThatMustSucceed : callsThatMustSucceed;
}
