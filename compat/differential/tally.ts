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
  readonly options: Set<string>;
};

const callsThatMustSucceed = 100;
/** Fewer may all meet keys without a consumer group. */
const callsOfGroupsThatMustSucceed = 400;
const asksForGroup = /^x(ack|claim|autoclaim|pending|readgroup|group\||info\|consumers)/;

export class Tally {
  readonly #rows = new Map<string, Row>();

  add(target: Target, words: Words, stock: Buffer): void {
    let row = this.#rows.get(target.fullName);
    if (row === undefined) {
      row = { calls: 0, succeeded: 0, errors: new Map(), options: new Set() };
      this.#rows.set(target.fullName, row);
    }
    row.calls++;
    if (isErrorFrame(stock)) {
      const text =
        `${errorKind(stock)} ${stock.toString("latin1", 1, 60).replace(/^\S+ /, "").slice(0, 28)}`.trim();
      row.errors.set(text, (row.errors.get(text) ?? 0) + 1);
    } else {
      row.succeeded++;
      for (const word of words) row.options.add(word.toUpperCase());
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
      const unused = optionWords(target.syntax).filter((word) => !row.options.has(word.toUpperCase()));
      if (unused.length > 0)
        faults.push(`${fullName} never succeeded with ${[...new Set(unused)].join(", ")}`);
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
