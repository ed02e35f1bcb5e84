// Subscriptions: what one connection has subscribed to, as its client expects it, and which replies that brings.
//
// Role: SUBSCRIBE and its kin are answered once for each channel rather than once, and messages come unasked: as
// pushes in RESP3, as arrays in RESP2, where only their first word tells them from replies.
// What was sent counts as done. Where it was refused, or only queued by MULTI, its one reply tells.

const families = ["subscribe", "psubscribe", "ssubscribe"] as const;
type Family = (typeof families)[number];

export class Subscriptions {
  /** Messages may come. Stays so after the last was given up, or RESET was sent, since some may be under way. */
  isListening = false;
  private readonly names: Readonly<Record<Family, Set<string>>> = {
    subscribe: new Set(),
    psubscribe: new Set(),
    ssubscribe: new Set(),
  };

  /** How many confirmations `words` will be answered with; undefined for other commands. Call it once, when sending. */
  confirmationsOf(words: readonly string[]): number | undefined {
    const name = words[0] ?? "";
    if (name.length === 5 && words.length === 1 && name.toLowerCase() === "reset") this.forget();
    if (name.length < 9 || !/subscribe$/i.test(name)) return undefined;
    const lower = name.toLowerCase();
    const family = families.find((each) => lower === each || lower === without(each));
    if (family === undefined) return undefined;
    const held = this.names[family];
    const given = words.slice(1);
    if (lower === family) {
      for (const each of given) held.add(each);
      this.isListening = true;
      return Math.max(1, given.length);
    }
    // Without names it gives up all of them, and tells so once even when there are none.
    const count = given.length > 0 ? given.length : Math.max(1, held.size);
    if (given.length === 0) held.clear();
    else for (const each of given) held.delete(each);
    return count;
  }

  // RESET gives up everything.
  private forget(): void {
    for (const family of families) this.names[family].clear();
  }
}

/** Whether `reply` confirms a subscription or its end. */
export function isConfirmation(reply: string): boolean {
  return /^[*>]3\r\n\$1?\d\r\n[ps]?(un)?subscribe\r\n/.test(reply);
}

/** Whether `reply` is a message of a channel. */
export function isMessage(reply: string): boolean {
  return /^[*>][34]\r\n\$[78]\r\n[ps]?message\r\n/.test(reply);
}

function without(family: Family): string {
  return family.replace("sub", "unsub");
}
