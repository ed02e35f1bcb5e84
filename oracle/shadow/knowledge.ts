// Knowledge: which keys the shadow's model can be believed about.
//
// Role: a request that the shadow cannot follow (too large, mixed with keys it does not watch, past its bound of
// memory) leaves keys behind whose values it does not know. They are named here until something rewrites them.
// Invariants:
//   - a key that is not known is not in the model.
//   - what is kept is bounded: past `namesMax` names a database becomes open, which means that it is unknown whether
//     any key exists that the model does not hold.

import type { Model } from "../model.ts";

export class Knowledge {
  private readonly model: Model;
  private readonly namesMax: number;
  private unknown: Set<string>[];
  private isOpen: boolean[];
  private nameCount = 0;
  private openCount = 0;

  constructor(model: Model, namesMax: number) {
    this.model = model;
    this.namesMax = namesMax;
    this.unknown = model.databases.map(() => new Set());
    this.isOpen = model.databases.map(() => false);
  }

  /** Every key is known: there, or known not to be. */
  get isComplete(): boolean {
    return this.nameCount === 0 && this.openCount === 0;
  }

  get unknownNames(): number {
    return this.nameCount;
  }

  get openDatabases(): number {
    return this.openCount;
  }

  isKnown(db: number, key: string): boolean {
    if (this.isComplete) return true;
    if (this.isOpen[db] === true) return this.model.databases[db]?.has(key) === true;
    return this.unknown[db]?.has(key) !== true;
  }

  /** The key's value is not known any more. */
  forget(db: number, key: string): void {
    const names = this.unknown[db];
    if (names === undefined) return;
    this.model.delete(db, key);
    if (this.isOpen[db] === true || names.has(key)) return;
    if (this.nameCount >= this.namesMax) {
      this.open(db);
      return;
    }
    names.add(key);
    this.nameCount++;
  }

  /** The key is as the model has it, which may be: not there. */
  learn(db: number, key: string): void {
    if (this.unknown[db]?.delete(key) === true) this.nameCount--;
  }

  /** Whatever the model does not hold may exist. */
  open(db: number): void {
    if (this.isOpen[db] === true || this.unknown[db] === undefined) return;
    this.nameCount -= this.unknown[db].size;
    this.unknown[db].clear();
    this.isOpen[db] = true;
    this.openCount++;
  }

  /** The database is empty, here and there. */
  learnEmpty(db: number): void {
    const names = this.unknown[db];
    if (names === undefined) return;
    this.nameCount -= names.size;
    names.clear();
    if (this.isOpen[db] === true) this.openCount--;
    this.isOpen[db] = false;
  }

  /** Nothing is known of any key. */
  forgetAll(): void {
    for (const [db, database] of this.model.databases.entries()) {
      database.clear();
      this.open(db);
    }
  }

  swap(a: number, b: number): void {
    [this.unknown[a], this.unknown[b]] = [this.unknown[b] ?? new Set(), this.unknown[a] ?? new Set()];
    [this.isOpen[a], this.isOpen[b]] = [this.isOpen[b] === true, this.isOpen[a] === true];
  }
}
