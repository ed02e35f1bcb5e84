// Transactions: the calls that MULTI keeps, and the keys that WATCH looks after.
//
// A watched key counts as changed when a command wrote it, whether or not its value is another, and when its time, or that
// of one of its fields, was over since. (Of fields no documentation says it: it is the rule of keys.)

import type { Model, Session } from "./model.ts";

export type Transaction = {
  readonly calls: (readonly string[])[];
  /** A call was refused when it should have been kept: EXEC runs nothing. */
  isRefused: boolean;
  /** What the server answered to the calls of which it was told one by one, as EXEC ran them. */
  readonly told: ToldCall[];
  /** How the first of these found it. */
  toldFrom: { readonly isRunning: boolean; readonly isMuted: boolean } | undefined;
};

export type ToldCall = { readonly words: readonly string[]; readonly reply: string };

export type Watch = {
  readonly db: number;
  readonly key: string;
  /** It was there when WATCH was called. */
  readonly wasLive: boolean;
  /** When the first of its fields ends, if it was a hash with such fields. */
  readonly fieldEndsAtMs: number | undefined;
};

/** The server ran a kept call. */
export function tell(model: Model, session: Session, call: ToldCall): void {
  const { transaction } = session;
  if (transaction === undefined) return;
  if (transaction.toldFrom === undefined) {
    const isRunning = !transaction.isRefused && !isTouched(model, session);
    transaction.toldFrom = { isRunning, isMuted: session.replyMode !== "on" };
    unwatch(model, session);
  }
  transaction.told.push(call);
}

export function watch(model: Model, session: Session, keys: readonly string[]): void {
  const { db } = session;
  for (const key of keys) {
    if (session.watches.some((each) => each.db === db && each.key === key)) continue;
    const entry = model.get(db, key);
    const ends = entry?.type === "hash" && entry.ends !== undefined ? [...entry.ends.values()] : [];
    const fieldEndsAtMs = ends.length === 0 ? undefined : Math.min(...ends);
    session.watches.push({ db, key, wasLive: entry !== undefined, fieldEndsAtMs });
  }
  model.watching.add(session);
}

export function unwatch(model: Model, session: Session): void {
  session.watches = [];
  session.isTouched = false;
  model.watching.delete(session);
}

/** Whether EXEC would run nothing because of a watched key. */
export function isTouched(model: Model, { isTouched: wasWritten, watches }: Session): boolean {
  if (wasWritten) return true;
  return watches.some(({ db, key, wasLive, fieldEndsAtMs }) => {
    if (wasLive && model.get(db, key) === undefined) return true;
    return fieldEndsAtMs !== undefined && fieldEndsAtMs <= model.nowMs;
  });
}

/** Neither kept calls nor watched keys are left. */
export function endTransaction(model: Model, session: Session): void {
  session.transaction = undefined;
  unwatch(model, session);
}

export function touchWatched(model: Model, db: number, key: string): void {
  for (const session of model.watching) {
    if (session.watches.some((each) => each.db === db && each.key === key)) session.isTouched = true;
  }
}

/** A database is about to be emptied. */
export function touchAllWatched(model: Model, db: number): void {
  for (const session of model.watching) {
    const isHit = session.watches.some((each) => each.db === db && model.get(db, each.key) !== undefined);
    if (isHit) session.isTouched = true;
  }
}

/** Two databases are about to change places: keys that are in either of them are changed. */
export function touchSwapped(model: Model, first: number, second: number): void {
  for (const session of model.watching) {
    const isHit = session.watches.some(({ db, key }) => {
      if (db !== first && db !== second) return false;
      return model.get(first, key) !== undefined || model.get(second, key) !== undefined;
    });
    if (isHit) session.isTouched = true;
  }
}
