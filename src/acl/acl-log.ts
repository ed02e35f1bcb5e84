// ACL log: the latest refusals and failed logins, equal ones counted together.
//
// Invariant: at most `lengthMax` entries after each addition; the newest stands first, and one that happens again
// moves to the front.

import type { AclLogEntry } from "../commands/acl/views.ts";

/** Equal events further apart than this are entries of their own. */
const SAME_WITHIN_MS = 60_000;
/** How many of the latest entries are looked at for an equal one. */
const COMPARED_MAX = 10;

export class AclLog {
  private entries: AclLogEntry[] = [];

  add(event: Omit<AclLogEntry, "count">, lengthMax: number): void {
    const at = this.entries.slice(0, COMPARED_MAX).findIndex((each) => isSame(each, event));
    const count = at < 0 ? 1 : (this.entries.splice(at, 1)[0]?.count ?? 0) + 1;
    this.entries.unshift({ ...event, count });
    if (at < 0 && this.entries.length > lengthMax) this.entries.length = lengthMax;
  }

  /** Up to `countMax` entries, the newest first. */
  latest(countMax: number): readonly AclLogEntry[] {
    return this.entries.slice(0, Math.max(0, countMax));
  }

  reset(): void {
    this.entries = [];
  }
}

function isSame(a: AclLogEntry, b: Omit<AclLogEntry, "count">): boolean {
  return (
    a.reason === b.reason &&
    a.context === b.context &&
    Math.abs(a.timeMs - b.timeMs) <= SAME_WITHIN_MS &&
    a.object === b.object &&
    a.username === b.username
  );
}
