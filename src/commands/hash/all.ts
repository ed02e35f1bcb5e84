// All commands of the hash family, by name.

import type { CommandDeclaration } from "../define.ts";
import { hdel } from "./hdel.ts";
import { hexists, hget, hmget, hstrlen } from "./hget.ts";
import { hgetall, hkeys, hlen, hvals } from "./hgetall.ts";
import { hincrby } from "./hincrby.ts";
import { hincrbyfloat } from "./hincrbyfloat.ts";
import { hrandfield } from "./hrandfield.ts";
import { hscan } from "./hscan.ts";
import { hmset, hset } from "./hset.ts";
import { hsetnx } from "./hsetnx.ts";

export const hashCommands: readonly CommandDeclaration[] = [
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
