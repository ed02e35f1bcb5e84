// The commands of the family "hash".

import type { OracleCommand } from "../../command.ts";
import { hdel } from "./hdel.ts";
import { hexpire, hexpireat, hpexpire, hpexpireat } from "./hexpire.ts";
import { hexists, hget, hlen, hmget, hstrlen } from "./hget.ts";
import { hgetall, hkeys, hvals } from "./hgetall.ts";
import { hgetdel, hgetex } from "./hgetex.ts";
import { hincrby } from "./hincrby.ts";
import { hincrbyfloat } from "./hincrbyfloat.ts";
import { hrandfield } from "./hrandfield.ts";
import { hscan } from "./hscan.ts";
import { hmset, hset, hsetnx } from "./hset.ts";
import { hsetex } from "./hsetex.ts";
import { hexpiretime, hpersist, hpexpiretime, hpttl, httl } from "./httl.ts";

/** Of Redis 7.0, and so of the stock server. */
export const hashCommands: readonly OracleCommand[] = [
  hdel,
  hexists,
  hget,
  hgetall,
  hincrby,
  hincrbyfloat,
  hkeys,
  hlen,
  hmget,
  hmset,
  hrandfield,
  hscan,
  hset,
  hsetnx,
  hstrlen,
  hvals,
];

/** Of Redis 7.4 and 8.0: times of fields. */
export const fieldTimeCommands: readonly OracleCommand[] = [
  hexpire,
  hexpireat,
  hexpiretime,
  hgetdel,
  hgetex,
  hpersist,
  hpexpire,
  hpexpireat,
  hpexpiretime,
  hpttl,
  hsetex,
  httl,
];
