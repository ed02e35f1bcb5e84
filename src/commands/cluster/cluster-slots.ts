// CLUSTER ADDSLOTS, DELSLOTS, their kin and SETSLOT: which hash slots this node owns.

import { slotCount } from "../../lib/crc16.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { after, block, integer, oneOf, repeated, string, word } from "../syntax.ts";
import { changing, clusterCommand, isOwnName } from "./cluster-command.ts";
import type { ClusterState } from "./cluster-state.ts";

const perSlot = "O(N) where N is the total number of hash slot arguments";
const perRange =
  "O(N) where N is the total number of the slots between the start slot and end slot arguments.";
const slots = repeated(integer("slot"));
const ranges = repeated(block("start-slot_end-slot", integer("start-slot"), integer("end-slot")));

export const clusterAddslots = clusterCommand({
  name: "addslots",
  summary: "Makes this node the owner of hash slots.",
  complexity: perSlot,
  flags: changing,
  syntax: [slots],
  run: (context, cluster) => setSlots(context, cluster, { isOwned: true, isRange: false }),
});

export const clusterAddslotsrange = clusterCommand({
  name: "addslotsrange",
  summary: "Makes this node the owner of ranges of hash slots.",
  since: "7.0.0",
  complexity: perRange,
  flags: changing,
  syntax: [ranges],
  run: (context, cluster) => setSlots(context, cluster, { isOwned: true, isRange: true }),
});

export const clusterDelslots = clusterCommand({
  name: "delslots",
  summary: "Gives hash slots up.",
  complexity: perSlot,
  flags: changing,
  syntax: [slots],
  run: (context, cluster) => setSlots(context, cluster, { isOwned: false, isRange: false }),
});

export const clusterDelslotsrange = clusterCommand({
  name: "delslotsrange",
  summary: "Gives ranges of hash slots up.",
  since: "7.0.0",
  complexity: perRange,
  flags: changing,
  syntax: [ranges],
  run: (context, cluster) => setSlots(context, cluster, { isOwned: false, isRange: true }),
});

export const clusterFlushslots = clusterCommand({
  name: "flushslots",
  summary: "Gives all hash slots up, while there are no keys.",
  flags: changing,
  syntax: [],
  run({ reply, server }, cluster) {
    if (server.everything.size(0) > 0) return reply.error(errors.flushSlotsWithKeys);
    for (let slot = 0; slot < slotCount; slot++) cluster.setOwned(slot, false);
    reply.ok();
  },
});

export const clusterSetslot = clusterCommand({
  name: "setslot",
  summary: "Binds a hash slot to a node.",
  flags: changing,
  syntax: [
    integer("slot"),
    oneOf(
      "subcommand",
      after("IMPORTING", string("node-id")),
      after("MIGRATING", string("node-id")),
      after("NODE", string("node-id")),
      word("STABLE"),
    ),
  ],
  run(context, cluster) {
    const { args, reply } = context;
    const slot = slotAt(context, 2);
    if (slot < 0) return;
    if (args.count === 4 && args.is(3, "stable")) return reply.ok();
    if (args.count !== 5 || !["migrating", "importing", "node"].some((each) => args.is(3, each))) {
      return reply.error(errors.setslotAction);
    }
    const name = args.textBeforeNul(4);
    const isKnown = args.text(4).toLowerCase() === cluster.id;
    if (args.is(3, "migrating")) {
      if (!cluster.owns(slot)) return reply.error(errors.slotNotOwned(slot));
      if (!isKnown) return reply.error(errors.nodeNotKnown(name));
    } else if (args.is(3, "importing")) {
      if (cluster.owns(slot)) return reply.error(errors.slotOwned(slot));
      if (!isKnown) return reply.error(errors.nodeNotKnown(name));
    } else {
      if (!isOwnName(context, 4, cluster)) return;
      cluster.setOwned(slot, true);
    }
    reply.ok();
  },
});

// All arguments are checked, in Redis's order, before any slot changes hands.
function setSlots(
  context: CommandContext,
  cluster: ClusterState,
  { isOwned, isRange }: { readonly isOwned: boolean; readonly isRange: boolean },
): void {
  const { args, reply } = context;
  if (isRange && args.count % 2 === 1) {
    return reply.error(errors.arity(isOwned ? "cluster|addslotsrange" : "cluster|delslotsrange"));
  }
  const named = new Uint8Array(slotCount);
  if (!isRange) for (let i = 2; i < args.count; i++) if (slotAt(context, i) < 0) return;
  for (let i = 2; i < args.count; i += isRange ? 2 : 1) {
    const first = slotAt(context, i);
    if (first < 0) return;
    const last = isRange ? slotAt(context, i + 1) : first;
    if (last < 0) return;
    if (first > last) return reply.error(errors.slotRange(first, last));
    for (let slot = first; slot <= last; slot++) {
      if (cluster.owns(slot) === isOwned) {
        return reply.error(isOwned ? errors.slotBusy(slot) : errors.slotUnassigned(slot));
      }
      if (named[slot] === 1) return reply.error(errors.slotTwice(slot));
      named[slot] = 1;
    }
  }
  for (let slot = 0; slot < slotCount; slot++) if (named[slot] === 1) cluster.setOwned(slot, isOwned);
  reply.ok();
}

// -1: it is none, and an error is the reply.
function slotAt({ args, reply }: CommandContext, i: number): number {
  const slot = args.safeInteger(i);
  if (slot >= 0 && slot < slotCount) return slot;
  reply.error(errors.slotOutOfRange);
  return -1;
}
