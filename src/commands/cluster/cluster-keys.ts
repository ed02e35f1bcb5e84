// CLUSTER KEYSLOT, COUNTKEYSINSLOT and GETKEYSINSLOT: keys by hash slot.
//
// No index of keys by slot is kept: both walk over all keys, where Redis has a list for each slot. They serve moves of
// slots to other nodes, of which there are none.

import { keySlot, slotCount } from "../../lib/crc16.ts";
import { errors } from "../../resp/errors.ts";
import type { CommandContext } from "../context.ts";
import { integer, string } from "../syntax.ts";
import { clusterCommand } from "./cluster-command.ts";

export const clusterKeyslot = clusterCommand({
  name: "keyslot",
  summary: "Tells the hash slot of a key.",
  complexity: "O(N) where N is the number of bytes in the key",
  syntax: [string("key")],
  run({ args, reply }) {
    reply.int(keySlot(args.bytes, args.start(2), args.end(2)));
  },
});

export const clusterCountkeysinslot = clusterCommand({
  name: "countkeysinslot",
  summary: "Counts the keys of a hash slot.",
  complexity: "O(N) where N is the number of keys",
  syntax: [integer("slot")],
  run(context) {
    const { args, reply } = context;
    if (args.bigInteger(2) === undefined) return reply.error(errors.notAnInteger);
    const slot = args.safeInteger(2);
    if (!(slot >= 0 && slot < slotCount)) return reply.error(errors.invalidSlot);
    reply.int(keysOf(context, slot, Number.POSITIVE_INFINITY).length);
  },
});

export const clusterGetkeysinslot = clusterCommand({
  name: "getkeysinslot",
  summary: "Returns keys of a hash slot.",
  complexity: "O(N) where N is the number of keys",
  syntax: [integer("slot"), integer("count")],
  class: "unordered",
  tips: ["nondeterministic_output"],
  run(context) {
    const { args, reply } = context;
    if (args.bigInteger(2) === undefined || args.bigInteger(3) === undefined) {
      return reply.error(errors.notAnInteger);
    }
    const slot = args.safeInteger(2);
    const countMax = Number(args.bigInteger(3));
    if (!(slot >= 0 && slot < slotCount) || countMax < 0) return reply.error(errors.invalidSlotOrCount);
    const keys = keysOf(context, slot, countMax);
    reply.array(keys.length);
    for (const key of keys) reply.bulk(key, 0, key.length);
  },
});

function keysOf({ keyspace }: CommandContext, slot: number, countMax: number): Uint8Array[] {
  const keys: Uint8Array[] = [];
  keyspace.scan(0, Number.POSITIVE_INFINITY, ({ bytes, keyStart, keyEnd }) => {
    if (keys.length < countMax && keySlot(bytes, keyStart, keyEnd) === slot) {
      keys.push(bytes.slice(keyStart, keyEnd));
    }
  });
  return keys;
}
