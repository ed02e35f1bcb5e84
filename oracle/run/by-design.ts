// By design: where a server with a process of its own may answer otherwise than the oracle, each with its reason.
//
// Role: data. Every entry is as narrow as can be said: a command, what it was about, and what the answer must look
// like. A run counts how often each was met and prints it, so an entry that is no longer needed shows.

import type { Words } from "../../compat/resp/request.ts";
import type { Entry, Model, Session } from "../model.ts";

/** A call that differed, right after the oracle answered it. */
export type Met = {
  readonly words: Words;
  readonly model: Model;
  readonly session: Session;
  /** The server's reply, raw. */
  readonly actual: string;
};

export type Design = {
  readonly id: string;
  readonly since: string;
  readonly reason: string;
  readonly covers: (met: Met) => boolean;
};

export const designs: readonly Design[] = [
  {
    id: "idle time of a shared integer",
    since: "2026-11-20",
    reason: "Redis keeps one object for each of 0..9999, and any key that holds it sets its clock",
    covers: ({ words, model, session, actual }) =>
      isCall(words, "object", "idletime") &&
      /^:\d+\r\n$/.test(actual) &&
      isSharedInteger(model.get(session.db, words[2] ?? "")),
  },
  {
    id: "SORT of what another command could not read",
    since: "2026-11-20",
    reason:
      "it takes an error of range that an earlier call left behind for its own; 5e-324 in a GEOSEARCH leaves one",
    covers: ({ words, model, session, actual }) => {
      if (!/^sort(_ro)?$/i.test(words[0] ?? "") || !/^-ERR One or more scores can't be conv/.test(actual))
        return false;
      for (const [i, word] of words.entries()) {
        if (/^store$/i.test(word)) model.inDoubt.push({ db: session.db, key: words[i + 1] ?? "" });
      }
      return true;
    },
  },
];

/** What EXEC answers is one reply, in which no entry is looked for: of a stock server these are not asked there. */
export const notInTransactions: ReadonlySet<string> = new Set(["object|idletime", "sort", "sort_ro"]);

/** The id of the entry that covers this difference. */
export function designedDifference(met: Met): string | undefined {
  return designs.find((design) => design.covers(met))?.id;
}

function isCall(words: Words, ...names: string[]): boolean {
  return names.every((name, i) => words[i]?.toLowerCase() === name);
}

function isSharedInteger(entry: Entry | undefined): boolean {
  return entry?.type === "string" && /^(0|[1-9]\d{0,3})$/.test(entry.value);
}
