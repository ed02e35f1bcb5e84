// Effects of all commands: those that are not kept as they were sent, and those that are kept though no write, or not at
// all though one.

import { TYPE_LIST, TYPE_ZSET } from "../../store/entry.ts";
import { alwaysAsSent, asSent, type Effect, forReplicas } from "./effect.ts";
import { fieldSumEffect, fieldTimesEffect, fieldValuesEffect } from "./hashes.ts";
import {
  expireEffect,
  fieldsEffect,
  getexEffect,
  removalEffect,
  restoreEffect,
  setEffect,
  sumEffect,
} from "./keys.ts";
import { drawnEffect, moveEffect, popOneEffect, popSeveralEffect } from "./pops.ts";
import { addEffect, autoClaimEffect, claimEffect, readGroupEffect, trimEffect } from "./streams.ts";

const special: ReadonlyMap<string, Effect> = new Map([
  ["set", setEffect(2)],
  ["setex", setEffect(3)],
  ["psetex", setEffect(3)],
  ["getset", setEffect(2)],
  ["getex", getexEffect],
  ["getdel", removalEffect],
  ["bitfield", fieldsEffect],
  ["incrbyfloat", sumEffect],
  ["expire", expireEffect],
  ["pexpire", expireEffect],
  ["expireat", expireEffect],
  ["pexpireat", expireEffect],
  ["restore", restoreEffect],
  ["hincrbyfloat", fieldSumEffect],
  ["hexpire", fieldTimesEffect],
  ["hpexpire", fieldTimesEffect],
  ["hexpireat", fieldTimesEffect],
  ["hpexpireat", fieldTimesEffect],
  ["hgetex", fieldTimesEffect],
  ["hgetdel", fieldTimesEffect],
  ["hsetex", fieldValuesEffect],
  ["spop", drawnEffect],
  ["blpop", popOneEffect("LPOP", TYPE_LIST)],
  ["brpop", popOneEffect("RPOP", TYPE_LIST)],
  ["bzpopmin", popOneEffect("ZPOPMIN", TYPE_ZSET)],
  ["bzpopmax", popOneEffect("ZPOPMAX", TYPE_ZSET)],
  ["lmpop", popSeveralEffect(TYPE_LIST, 1)],
  ["blmpop", popSeveralEffect(TYPE_LIST, 2)],
  ["zmpop", popSeveralEffect(TYPE_ZSET, 1)],
  ["bzmpop", popSeveralEffect(TYPE_ZSET, 2)],
  ["blmove", moveEffect("LMOVE", 5)],
  ["brpoplpush", moveEffect("RPOPLPUSH", 3)],
  ["xadd", addEffect],
  ["xtrim", trimEffect],
  ["xreadgroup", readGroupEffect],
  ["xclaim", claimEffect],
  ["xautoclaim", autoClaimEffect],
  ["pfcount", asSent], // It keeps what it has counted.
  ["flushdb", alwaysAsSent],
  ["flushall", alwaysAsSent],
  ["publish", forReplicas], // Who has subscribed there hears it too.
  ["spublish", forReplicas],
]);

/** The effect of the command with this full name; undefined: it is never kept. */
export function effectOfCommand(fullName: string, isWrite: boolean): Effect | undefined {
  return special.get(fullName) ?? (isWrite ? asSent : undefined);
}
