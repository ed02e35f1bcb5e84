// CLIENT TRACKING, CACHING and TRACKINGINFO: client-side caching. What is remembered and told is connection/tracking.ts's.
//
// One departure from Redis 7.0: there, prefixes that overlap are refused and taken at the same time unless the first
// is one of them, with an error and an OK for one command. Here they are refused.

import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { defineCommand } from "../define.ts";
import { after, integer, oneOf, optional, repeated, string, word } from "../syntax.ts";
import type { TrackingRequest, TrackingState } from "./tracking-view.ts";

const common = {
  group: "connection",
  flags: ["noscript", "loading", "stale"],
  class: "exact",
} as const;

export const clientTracking = defineCommand({
  ...common,
  name: "tracking",
  summary: "Begins or ends to tell this connection of changes of keys that it may have cached.",
  since: "6.0.0",
  complexity: "O(1). Some options may introduce additional complexity.",
  syntax: [
    oneOf("status", word("ON"), word("OFF")),
    optional(after("REDIRECT", integer("client-id"))),
    optional({ ...after("PREFIX", repeated(string("prefix"))), multipleToken: true }),
    optional(word("BCAST")),
    optional(word("OPTIN")),
    optional(word("OPTOUT")),
    optional(word("NOLOOP")),
  ],
  run(context) {
    const { args, client, reply, server } = context;
    const request = requestOf(context);
    if (typeof request === "string") return reply.error(request);
    if (args.is(2, "on")) {
      const refusal = refusalOf(request, client.tracking);
      if (refusal !== undefined) return reply.error(refusal);
      server.tracking.start(client, request);
    } else if (args.is(2, "off")) server.tracking.stop(client);
    else return reply.error(errors.syntax);
    reply.ok();
  },
});

export const clientCaching = defineCommand({
  ...common,
  name: "caching",
  summary: "Says whether what the next command reads is remembered, where a client asked to choose.",
  since: "6.0.0",
  complexity: "O(1)",
  syntax: [oneOf("mode", word("YES"), word("NO"))],
  run({ args, client, reply }) {
    const { tracking } = client;
    if (tracking === undefined) return reply.error(errors.cachingWithoutChoice);
    if (args.is(2, "yes")) {
      if (tracking.choice !== "optin") return reply.error(errors.cachingYes);
    } else if (args.is(2, "no")) {
      if (tracking.choice !== "optout") return reply.error(errors.cachingNo);
    } else return reply.error(errors.syntax);
    tracking.isCaching = true;
    reply.ok();
  },
});

export const clientTrackinginfo = defineCommand({
  ...common,
  name: "trackinginfo",
  summary: "Tells how this connection tracks keys.",
  since: "6.2.0",
  complexity: "O(1)",
  syntax: [],
  run({ client, reply }) {
    const { tracking } = client;
    const flags = tracking === undefined ? ["off"] : flagsOf(tracking);
    reply.map(3);
    reply.bulkText("flags");
    reply.set(flags.length);
    for (const flag of flags) reply.bulkText(flag);
    reply.bulkText("redirect");
    reply.int(tracking?.redirect ?? -1);
    reply.bulkText("prefixes");
    const prefixes = [...(tracking?.prefixes ?? [])].sort();
    reply.array(prefixes.length);
    for (const prefix of prefixes) reply.bulkText(prefix);
  },
});

function flagsOf({ isBroadcast, choice, isCaching, isNoLoop, isBroken }: TrackingState): readonly string[] {
  const flags = ["on"];
  if (isBroadcast) flags.push("bcast");
  if (choice === "optin") flags.push("optin", ...(isCaching ? ["caching-yes"] : []));
  if (choice === "optout") flags.push("optout", ...(isCaching ? ["caching-no"] : []));
  if (isNoLoop) flags.push("noloop");
  if (isBroken) flags.push("broken_redirect");
  return flags;
}

// What the options ask for, or the first error among them; they are read whether it is on or off.
function requestOf({
  args,
  server,
}: CommandContext): (TrackingRequest & { readonly isBoth: boolean }) | string {
  let redirect = 0;
  const prefixes: string[] = [];
  const given = new Set<string>();
  for (let i = 3; i < args.count; i++) {
    const hasMore = i + 1 < args.count;
    if (args.is(i, "redirect") && hasMore) {
      i++;
      if (redirect !== 0) return errors.redirectTwice;
      if (args.bigInteger(i) === undefined) return errors.notAnInteger;
      redirect = args.safeInteger(i);
      if (server.clientById(redirect) === undefined) return errors.redirectToNobody;
    } else if (args.is(i, "prefix") && hasMore) prefixes.push(args.text(++i));
    else {
      const option = ["bcast", "optin", "optout", "noloop"].find((each) => args.is(i, each));
      if (option === undefined) return errors.syntax;
      given.add(option);
    }
  }
  const choice = given.has("optin") ? "optin" : given.has("optout") ? "optout" : "all";
  const isBoth = given.has("optin") && given.has("optout");
  const isBroadcast = given.has("bcast");
  return { redirect, prefixes, isBroadcast, choice, isBoth, isNoLoop: given.has("noloop") };
}

// Options that contradict each other, or what the client does already.
function refusalOf(
  request: TrackingRequest & { readonly isBoth: boolean },
  before: TrackingState | undefined,
): string | undefined {
  const { isBroadcast, choice, isBoth, prefixes } = request;
  if (!isBroadcast && prefixes.length > 0) return errors.prefixWithoutBroadcast;
  if (before !== undefined && before.isBroadcast !== isBroadcast) return errors.broadcastSwitch;
  if (isBroadcast && choice !== "all") return errors.broadcastWithChoice;
  if (isBoth) return errors.bothChoices;
  if (choice !== "all" && before !== undefined && before.choice !== "all" && before.choice !== choice) {
    return errors.choiceSwitch;
  }
  return isBroadcast ? overlapOf(prefixes, [...(before?.prefixes ?? [])].sort()) : undefined;
}

function overlapOf(prefixes: readonly string[], before: readonly string[]): string | undefined {
  for (const [i, prefix] of prefixes.entries()) {
    const taken = before.find((each) => areOverlapping(each, prefix));
    if (taken !== undefined) return errors.prefixTaken(untilNul(prefix), untilNul(taken));
    const twice = prefixes.slice(i + 1).find((each) => areOverlapping(each, prefix));
    if (twice !== undefined) return errors.prefixTwice(untilNul(prefix), untilNul(twice));
  }
  return undefined;
}

// One of them begins with the other.
function areOverlapping(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

// Texts in errors end at a NUL byte, as in Redis.
function untilNul(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
