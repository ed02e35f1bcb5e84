// CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR. What is told of keys that change comes unasked, and is not judged
// here: only what a client has chosen is known.

import type { OracleCommand } from "../../command.ts";
import { errors, formatted, word } from "../../errors.ts";
import type { Session, Tracking } from "../../model.ts";
import { int64 } from "../../numbers.ts";
import { type Outcome, oneOf } from "../../one-of.ts";
import { array, bulk, error, integer, map, ok, type Reply } from "../../reply.ts";
import { notAnInteger, syntaxError } from "../../strings.ts";

type Wish = { redirect: bigint; readonly prefixes: string[]; readonly options: Set<string> };

export const clientTracking: OracleCommand = {
  name: "client|tracking",
  arity: -3,
  class: "exact",
  run(call) {
    const { session, words } = call;
    const wish: Wish = { redirect: 0n, prefixes: [], options: new Set() };
    // Who else is connected is not known: another number may be refused.
    let mayBeUnknown = false;
    let wrong: Reply | undefined;
    for (let i = 3; i < words.length && wrong === undefined; i++) {
      const option = (words[i] as string).toUpperCase();
      const value = words[i + 1];
      if (option === "REDIRECT" && value !== undefined) {
        wrong = redirectFault(wish, value);
        wish.redirect = int64(value) ?? 0n;
        if (wrong === undefined && wish.redirect !== session.serverId) mayBeUnknown = true;
        i++;
      } else if (option === "PREFIX" && value !== undefined) {
        wish.prefixes.push(value);
        i++;
      } else if (["BCAST", "OPTIN", "OPTOUT", "NOLOOP"].includes(option)) wish.options.add(option);
      else wrong = syntaxError;
    }
    const known =
      wrong === undefined ? outcomeOf(session, (words[2] as string).toUpperCase(), wish) : { reply: wrong };
    return oneOf(call, mayBeUnknown ? [{ reply: error(errors.redirectToNobody) }, known] : [known]);
  },
};

function redirectFault({ redirect }: Wish, value: string): Reply | undefined {
  if (redirect !== 0n) return error(errors.redirectTwice);
  const id = int64(value);
  if (id === undefined) return notAnInteger;
  return id < 1n ? error(errors.redirectToNobody) : undefined;
}

function outcomeOf(session: Session, mode: string, wish: Wish): Outcome {
  if (mode === "OFF") return { reply: ok, adopt: () => set(session, undefined) };
  if (mode !== "ON") return { reply: syntaxError };
  const before = session.tracking;
  const { redirect, prefixes, options } = wish;
  const has = (option: string): boolean => options.has(option);
  const refused = (text: string): Outcome => ({ reply: error(text) });
  if (!has("BCAST") && prefixes.length > 0) return refused(errors.prefixWithoutBroadcast);
  if (before !== undefined && before.isBroadcast !== has("BCAST")) return refused(errors.broadcastSwitch);
  if (has("BCAST") && (has("OPTIN") || has("OPTOUT"))) return refused(errors.broadcastWithChoice);
  if (has("OPTIN") && has("OPTOUT")) return refused(errors.bothChoices);
  const isOtherWay =
    (has("OPTIN") && before?.choice === "OPTOUT") || (has("OPTOUT") && before?.choice === "OPTIN");
  if (isOtherWay) return refused(errors.choiceSwitch);
  const overlap = has("BCAST") ? overlapOf(prefixes, [...(before?.prefixes ?? [])].sort()) : undefined;
  if (overlap !== undefined) return refused(overlap);
  const kept = has("BCAST") ? [...(before?.prefixes ?? [])] : [];
  const added = has("BCAST") && prefixes.length === 0 ? [""] : prefixes;
  const after: Tracking = {
    redirect,
    isBroadcast: has("BCAST"),
    choice: has("OPTIN") ? "OPTIN" : has("OPTOUT") ? "OPTOUT" : "",
    isNoLoop: has("NOLOOP"),
    prefixes: new Set([...kept, ...added]),
    isCaching: before?.isCaching === true,
  };
  return { reply: ok, adopt: () => set(session, after) };
}

function set(session: Session, tracking: Tracking | undefined): void {
  session.tracking = tracking;
}

function overlapOf(given: readonly string[], before: readonly string[]): string | undefined {
  for (let i = 0; i < given.length; i++) {
    const prefix = given[i] as string;
    const old = before.find((each) => each.startsWith(prefix) || prefix.startsWith(each));
    if (old !== undefined) return formatted(errors.prefixTaken(word(prefix), word(old)));
    const later = given.slice(i + 1).find((each) => each.startsWith(prefix) || prefix.startsWith(each));
    if (later !== undefined) return formatted(errors.prefixTwice(word(prefix), word(later)));
  }
  return undefined;
}

export const clientCaching: OracleCommand = {
  name: "client|caching",
  arity: 3,
  class: "exact",
  run({ session, words }) {
    const { tracking } = session;
    if (tracking === undefined) return error(errors.cachingWithoutChoice);
    const mode = (words[2] as string).toUpperCase();
    if (mode === "YES" && tracking.choice !== "OPTIN") return error(errors.cachingYes);
    if (mode === "NO" && tracking.choice !== "OPTOUT") return error(errors.cachingNo);
    if (mode !== "YES" && mode !== "NO") return syntaxError;
    tracking.isCaching = true;
    return ok;
  },
};

export const clientTrackinginfo: OracleCommand = {
  name: "client|trackinginfo",
  arity: 2,
  class: "exact",
  run(call) {
    const { tracking, protocol } = call.session;
    const infoOf = (
      flags: readonly string[],
      redirect: number | bigint,
      prefixes: readonly string[],
    ): Reply =>
      map([
        [bulk("flags"), orderedSet(flags, protocol)],
        [bulk("redirect"), integer(redirect)],
        [bulk("prefixes"), array(prefixes.map(bulk))],
      ]);
    if (tracking === undefined) return infoOf(["off"], -1, []);
    const { isBroadcast, choice, isCaching, isNoLoop, redirect, prefixes } = tracking;
    const flags = ["on"];
    if (isBroadcast) flags.push("bcast");
    if (choice !== "") flags.push(choice.toLowerCase());
    if (choice !== "" && isCaching) flags.push(choice === "OPTIN" ? "caching-yes" : "caching-no");
    if (isNoLoop) flags.push("noloop");
    const names = [...prefixes].sort();
    const outcomes = [{ reply: infoOf(flags, redirect, names) }];
    // That nobody is there any more to redirect to is noticed with the next message.
    if (redirect !== 0n) outcomes.push({ reply: infoOf([...flags, "broken_redirect"], redirect, names) });
    return oneOf(call, outcomes);
  },
};

// A set has no order; these flags have one in Redis.
function orderedSet(words: readonly string[], protocol: 2 | 3): Reply {
  const texts = words.map((word) => `$${word.length}\r\n${word}\r\n`);
  return { kind: "raw", bytes: `${protocol === 3 ? "~" : "*"}${words.length}\r\n${texts.join("")}` };
}

export const clientGetredir: OracleCommand = {
  name: "client|getredir",
  arity: 2,
  class: "exact",
  run: ({ session }) => integer(session.tracking?.redirect ?? -1),
};

/** A request is over that was no command about clients: CLIENT CACHING was about it, unless it was queued. */
export function endCaching({ tracking, transaction }: Session): void {
  if (tracking !== undefined && transaction === undefined) tracking.isCaching = false;
}
