// ACL log: the latest refusals and failed logins, equal ones counted together.
//
// Invariants:
//   - at most `lengthMax` entries after each addition; the newest stands first, and one that happens again moves to the
//     front.
//   - an entry's object and user name are cut: whoever may do nothing can still send long ones.

import type { AclLogEntry } from "../commands/acl/views.ts";
import { latin1Bytes, latin1Text } from "../lib/bytes.ts";

/** Equal events further apart than this are entries of their own. */
const SAME_WITHIN_MS = 60_000;
/** Characters kept of an object, and of a user's name. Redis keeps them whole. */
export const LOGGED_CHARS_MAX = 16 * 1024;
/** How many of the latest entries are looked at for an equal one. */
const COMPARED_MAX = 10;

export class AclLog {
  private entries: AclLogEntry[] = [];

  add(whole: Omit<AclLogEntry, "count">, lengthMax: number): void {
    const object = cut(whole.object);
    const username = cut(whole.username);
    const event = { ...whole, object, username };
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

// A slice would keep all of the text alive.
function cut(text: string): string {
  return text.length <= LOGGED_CHARS_MAX ? text : latin1Text(latin1Bytes(text.slice(0, LOGGED_CHARS_MAX)));
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
