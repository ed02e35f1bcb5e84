// Expectation: how many replies a request will have, and which bytes come without having been asked for.
//
// Role: the table of commands after which a connection answers otherwise than once per request. All others are
// answered once. The client believes this table, so a server that answers otherwise is caught as malformed.

/** Replies of a connection: all, none, or none for the next request only. */
export type ReplyMode = "on" | "off" | "skip";

export type Expectation = {
  /** Replies that belong to the request. */
  readonly replies: number;
  readonly modeAfter: ReplyMode;
};

const once: Expectation = { replies: 1, modeAfter: "on" };
const silent: Expectation = { replies: 0, modeAfter: "on" };
const silentForGood: Expectation = { replies: 0, modeAfter: "off" };
const silentOnceMore: Expectation = { replies: 0, modeAfter: "skip" };

/** What `words` will be answered with on a connection in `mode`, if the server runs them. */
export function expectationOf(words: readonly string[], mode: ReplyMode): Expectation {
  const name = words[0] ?? "";
  // Few names are long enough to look at, so the usual request costs one comparison.
  if (name.length === 6 && isWord(name, "client") && isWord(words[1], "reply") && words.length === 3) {
    const asked = words[2];
    if (isWord(asked, "on")) return once;
    if (isWord(asked, "off")) return silentForGood;
    if (isWord(asked, "skip")) return mode === "off" ? silentForGood : silentOnceMore;
  }
  if (mode === "on") return once;
  if (mode === "skip") return silent;
  return isWord(name, "reset") && words.length === 1 ? once : silentForGood;
}

/** Requests that must not be sent while others wait, since only their own reply tells what became of them. */
export function isSwitch(words: readonly string[]): boolean {
  const name = words[0] ?? "";
  return name.length === 6 && isWord(name, "client") && isWord(words[1], "reply");
}

/** The protocol a connection speaks from the reply of `words` on, the reply itself included. */
export function protocolAfter(words: readonly string[], reply: string, before: 2 | 3): 2 | 3 {
  const name = words[0] ?? "";
  if (name.length !== 5 || reply.startsWith("-")) return before;
  if (isWord(name, "reset") && words.length === 1) return 2;
  // Without a reply (CLIENT REPLY OFF) only the plainest form is sure to have been accepted.
  if (!isWord(name, "hello") || words.length === 1 || (reply === "" && words.length > 2)) return before;
  return words[1] === "3" ? 3 : 2;
}

/** From the reply of `words` on, lines of other clients' requests come unasked. */
export function startsFeed(words: readonly string[], reply: string): boolean {
  const name = words[0] ?? "";
  return name.length === 7 && isWord(name, "monitor") && reply === "+OK\r\n";
}

/** From the reply of `words` on, they come no more. */
export function endsFeed(words: readonly string[], reply: string): boolean {
  const name = words[0] ?? "";
  return name.length === 5 && isWord(name, "reset") && reply === "+RESET\r\n";
}

/** Whether `reply` was sent without having been asked for. */
export function isUnasked(reply: string, hasFeed: boolean): boolean {
  if (reply.charCodeAt(0) === 0x3e) return true;
  return hasFeed && /^\+\d+\.\d{6} \[\d+ /.test(reply);
}

/** Whether `reply`, the first of a connection, turns the connection away rather than answering a request. */
export function isRefusal(reply: string): boolean {
  return reply === "-ERR max number of clients reached\r\n" || reply.startsWith("-DENIED ");
}

export function isWord(word: string | undefined, expected: string): boolean {
  return word !== undefined && word.length === expected.length && word.toLowerCase() === expected;
}
