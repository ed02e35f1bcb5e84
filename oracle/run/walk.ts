// Walk: a series of SCANs of one client, and what it must have given when it is over.
//
// The promise of SCAN: a key that is there from the first call to the last is given at least once. A key that was
// away for a moment, or did not match for a moment, may be missed.

import type { Words } from "../../compat/resp/request.ts";
import { shown } from "../compare.ts";
import { fitsElement } from "../glob.ts";
import type { Database, Model } from "../model.ts";
import type { Oracle } from "../oracle.ts";
import { parse } from "../parse.ts";

/** Calls after which a walk is taken for endless. */
const callsMax = 100_000;

export class Walk {
  readonly db: number;
  readonly options: Words;
  cursor = "0";
  isOver = false;
  private readonly type: string | undefined;
  /** Keys that were there throughout, and not given yet. */
  private readonly awaited: Set<string>;
  private readonly database: Database;
  private followedMs: number;
  private calls = 0;

  constructor(oracle: Oracle, db: number, options: Words, nowMs: number) {
    this.db = db;
    this.options = options;
    this.type = valueBehind(options, "type")?.toLowerCase();
    const { model } = oracle;
    const pattern = valueBehind(options, "match") ?? "*";
    model.nowMs = nowMs;
    this.awaited = new Set();
    for (const [key] of model.live(db)) if (fitsElement(pattern, key)) this.awaited.add(key);
    this.database = model.databases[db] as Database;
    this.database.changed ??= new Set();
    this.followedMs = nowMs;
    for (const key of this.awaited) this.look(model, key);
  }

  /**
   * Forgets keys that are not there at this moment. What a key holds changes with its entry or with the time, so only
   * these are looked at: the caller empties the list of changed keys once all walks have followed.
   */
  follow(model: Model): void {
    // Another database has taken its place: no key was there throughout.
    if (model.databases[this.db] !== this.database) this.awaited.clear();
    const { changed } = this.database;
    if (changed !== undefined && changed.size > 0) for (const key of changed) this.look(model, key);
    if (model.nowMs === this.followedMs) return;
    this.followedMs = model.nowMs;
    for (const key of this.database.expiring) this.look(model, key);
  }

  /** What it looks for is said when it begins; how far it goes at once, by each step. */
  optionsOfStep(options: Words): Words {
    return [...leftOut(this.options, "count"), ...only(options, "count")];
  }

  private look(model: Model, key: string): void {
    if (!this.awaited.has(key)) return;
    const entry = model.get(this.db, key);
    if (entry === undefined || (this.type !== undefined && entry.type !== this.type))
      this.awaited.delete(key);
  }

  /** Takes the reply to the SCAN from `cursor`. A refusal ends the walk without a fault. */
  took(reply: string): void {
    this.calls++;
    const answer = parse(reply)?.answer;
    const [cursor, keys] = answer?.kind === "array" ? answer.items : [];
    if (cursor?.kind !== "bulk" || keys?.kind !== "array") {
      this.awaited.clear();
      this.cursor = "0";
      this.isOver = true;
      return;
    }
    for (const key of keys.items) if (key.kind === "bulk") this.awaited.delete(key.text);
    this.cursor = cursor.text;
    this.isOver = cursor.text === "0" || this.calls === callsMax;
  }

  /** What is wrong with a walk that is over. */
  fault(): string | undefined {
    if (this.cursor !== "0") return `a walk of ${this.calls} calls does not end`;
    const [missing] = this.awaited;
    if (missing === undefined) return undefined;
    return `the walk never gave "${shown(missing)}" and ${this.awaited.size - 1} more`;
  }
}

// Of an option given several times the last one counts.
function valueBehind(options: Words, name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i + 1 < options.length; i += 2) {
    if (options[i]?.toLowerCase() === name) value = options[i + 1];
  }
  return value;
}

function only(options: Words, name: string): Words {
  return options.filter((_, i) => options[i - (i % 2)]?.toLowerCase() === name);
}

function leftOut(options: Words, name: string): Words {
  return options.filter((_, i) => options[i - (i % 2)]?.toLowerCase() !== name);
}
