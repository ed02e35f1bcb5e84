// SCAN: a piece of a walk over all keys.
//
// What one answer must hold is checked here: a cursor that is a number, keys that are there and that fit; and when
// a walk begins and ends in one call, all of them. Whole walks are the runner's to check.

import type { OracleCommand } from "../../command.ts";
import { errors } from "../../errors.ts";
import { fitsElement } from "../../glob.ts";
import { chosen, error } from "../../reply.ts";
import { isCursor, pageOf, scanOptions } from "./scan-page.ts";

export const scan: OracleCommand = {
  name: "scan",
  arity: -2,
  class: "unordered",
  run({ model, session, words }) {
    const cursor = words[1] as string;
    if (!isCursor(cursor)) return error(errors.invalidCursor);
    const options = scanOptions(words, 2, true);
    if ("kind" in options) return options;
    const { db } = session;
    const isWanted = (key: string): boolean => {
      const entry = model.get(db, key);
      if (entry === undefined) return false;
      if (options.pattern !== undefined && !fitsElement(options.pattern, key)) return false;
      return options.type === undefined || options.type.toLowerCase() === entry.type;
    };
    return chosen("a cursor, and keys that are there and fit", (answer) => {
      const page = pageOf(answer);
      if (page === undefined || !page.texts.every(isWanted)) return false;
      if (Number(cursor) !== 0 || page.cursor !== "0") return true;
      const returned = new Set(page.texts);
      for (const [key] of model.live(db)) if (isWanted(key) && !returned.has(key)) return false;
      return true;
    });
  },
};
