// reply-shape: a reply has a type that its command may answer with, in the protocol the client speaks.
//
// Role: clients read replies by their types, so a null where an empty array belongs breaks them though the bytes
// are well framed. The table below is from the command pages' "Return" sections and from a stock server. A
// command without a row is held to its protocol alone, and counted.

import type { Check } from "../check.ts";
import { commandOf } from "./reference.ts";
import { isErrorReply, quoted, replyFault } from "./reply-grammar.ts";

// Marks a reply may begin with: as RESP2 has it, then as RESP3 has it where that is different.
//   $ bulk, + simple, : integer, * array, _ null (also of RESP2), n null array of RESP2
const shapes: Readonly<Record<string, readonly [resp2: string, resp3?: string]>> = {
  append: [":"],
  auth: ["+"],
  bitcount: [":"],
  bitfield: ["*"],
  bitfield_ro: ["*"],
  bitop: [":"],
  bitpos: [":"],
  blmove: ["$_n", "$_"],
  blmpop: ["*n", "*_"],
  blpop: ["*n", "*_"],
  brpop: ["*n", "*_"],
  brpoplpush: ["$_n", "$_"],
  bzmpop: ["*n", "*_"],
  bzpopmax: ["*n", "*_"],
  bzpopmin: ["*n", "*_"],
  "client|getname": ["$_"],
  "client|getredir": [":"],
  "client|id": [":"],
  "client|info": ["$", "="],
  "client|kill": ["+:"],
  "client|list": ["$", "="],
  "client|no-evict": ["+"],
  "client|no-touch": ["+"],
  "client|pause": ["+"],
  "client|setinfo": ["+"],
  "client|setname": ["+"],
  "client|unblock": [":"],
  "client|unpause": ["+"],
  command: ["*"],
  "command|count": [":"],
  "command|docs": ["*", "%"],
  "command|getkeys": ["*"],
  "command|info": ["*"],
  "command|list": ["*"],
  "config|get": ["*", "%"],
  "config|resetstat": ["+"],
  "config|rewrite": ["+"],
  "config|set": ["+"],
  copy: [":"],
  dbsize: [":"],
  decr: [":"],
  decrby: [":"],
  del: [":"],
  discard: ["+"],
  dump: ["$_"],
  echo: ["$"],
  exec: ["*n", "*_"],
  exists: [":"],
  expire: [":"],
  expireat: [":"],
  expiretime: [":"],
  flushall: ["+"],
  flushdb: ["+"],
  geoadd: [":"],
  geodist: ["$_"],
  geohash: ["*"],
  geopos: ["*"],
  georadius: ["*:"],
  georadius_ro: ["*"],
  georadiusbymember: ["*:"],
  georadiusbymember_ro: ["*"],
  geosearch: ["*"],
  geosearchstore: [":"],
  get: ["$_"],
  getbit: [":"],
  getdel: ["$_"],
  getex: ["$_"],
  getrange: ["$"],
  getset: ["$_"],
  hdel: [":"],
  hello: ["*", "*%"],
  hexists: [":"],
  hget: ["$_"],
  hgetall: ["*", "%"],
  hincrby: [":"],
  hincrbyfloat: ["$"],
  hkeys: ["*"],
  hlen: [":"],
  hmget: ["*"],
  hmset: ["+"],
  hrandfield: ["$_*"],
  hscan: ["*"],
  hset: [":"],
  hsetnx: [":"],
  hstrlen: [":"],
  hvals: ["*"],
  incr: [":"],
  incrby: [":"],
  incrbyfloat: ["$"],
  info: ["$", "="],
  keys: ["*"],
  "latency|doctor": ["$", "="],
  "latency|reset": [":"],
  lindex: ["$_"],
  linsert: [":"],
  llen: [":"],
  lmove: ["$_"],
  lmpop: ["*n", "*_"],
  lolwut: ["$", "="],
  lpop: ["$_*n", "$_*"],
  lpos: ["_:*"],
  lpush: [":"],
  lpushx: [":"],
  lrange: ["*"],
  lrem: [":"],
  lset: ["+"],
  ltrim: ["+"],
  "memory|doctor": ["$", "="],
  "memory|purge": ["+"],
  "memory|usage": [":_"],
  mget: ["*"],
  move: [":"],
  mset: ["+"],
  msetnx: [":"],
  multi: ["+"],
  "object|encoding": ["$_"],
  "object|freq": [":_"],
  "object|idletime": [":_"],
  "object|refcount": [":_"],
  persist: [":"],
  pexpire: [":"],
  pexpireat: [":"],
  pexpiretime: [":"],
  pfadd: [":"],
  pfcount: [":"],
  pfmerge: ["+"],
  ping: ["+$*"],
  psetex: ["+"],
  pttl: [":"],
  publish: [":"],
  "pubsub|channels": ["*"],
  "pubsub|numpat": [":"],
  "pubsub|numsub": ["*"],
  "pubsub|shardchannels": ["*"],
  "pubsub|shardnumsub": ["*"],
  quit: ["+"],
  randomkey: ["$_"],
  rename: ["+"],
  renamenx: [":"],
  reset: ["+"],
  restore: ["+"],
  role: ["*"],
  rpop: ["$_*n", "$_*"],
  rpoplpush: ["$_"],
  rpush: [":"],
  rpushx: [":"],
  sadd: [":"],
  scan: ["*"],
  scard: [":"],
  sdiff: ["*", "~"],
  sdiffstore: [":"],
  select: ["+"],
  set: ["+$_"],
  setbit: [":"],
  setex: ["+"],
  setnx: [":"],
  setrange: [":"],
  sinter: ["*", "~"],
  sintercard: [":"],
  sinterstore: [":"],
  sismember: [":"],
  "slowlog|get": ["*"],
  "slowlog|len": [":"],
  "slowlog|reset": ["+"],
  smembers: ["*", "~"],
  smismember: ["*"],
  smove: [":"],
  sort: ["*:"],
  sort_ro: ["*"],
  spop: ["$_*", "$_~"],
  spublish: [":"],
  srandmember: ["$_*"],
  srem: [":"],
  sscan: ["*"],
  strlen: [":"],
  substr: ["$"],
  sunion: ["*", "~"],
  sunionstore: [":"],
  swapdb: ["+"],
  time: ["*"],
  touch: [":"],
  ttl: [":"],
  type: ["+"],
  unlink: [":"],
  unwatch: ["+"],
  watch: ["+"],
  zadd: [":$_", ":,_"],
  zcard: [":"],
  zcount: [":"],
  zdiff: ["*"],
  zdiffstore: [":"],
  zincrby: ["$", ","],
  zinter: ["*"],
  zintercard: [":"],
  zinterstore: [":"],
  zlexcount: [":"],
  zmpop: ["*n", "*_"],
  zmscore: ["*"],
  zpopmax: ["*"],
  zpopmin: ["*"],
  zrandmember: ["$_*"],
  zrange: ["*"],
  zrangebylex: ["*"],
  zrangebyscore: ["*"],
  zrangestore: [":"],
  zrank: [":_*n", ":_*"], // With the score in 7.2.
  zrem: [":"],
  zremrangebylex: [":"],
  zremrangebyrank: [":"],
  zremrangebyscore: [":"],
  zrevrange: ["*"],
  zrevrangebylex: ["*"],
  zrevrangebyscore: ["*"],
  zrevrank: [":_*n", ":_*"],
  zscan: ["*"],
  zscore: ["$_", ",_"],
  zunion: ["*"],
  zunionstore: [":"],
};

export const replyShape: Check = {
  name: "reply-shape",
  promises: ["P10"],
  begin(context) {
    let held = 0;
    let loose = 0;
    /** Clients whose EXEC has run CLIENT REPLY: its reply may lack its head, as in Redis, and is what ON answers alone. */
    const switched = new Set<number>();
    return {
      executed({ client, call }) {
        const { words, reply, protocol, transaction } = call;
        const command = commandOf(words);
        if (transaction === "inner" && command?.fullName === "client|reply") switched.add(client);
        const isSwitched = command?.fullName === "exec" && switched.delete(client);
        if (reply === "" || transaction === "queued" || isErrorReply(reply) || isSwitched) return;
        const row = command === undefined ? undefined : shapes[command.fullName];
        if (command === undefined || row === undefined) {
          loose++;
          if (command?.name.endsWith("subscribe") === true) return; // One reply for each channel: framing looks at them.
          const fault =
            command === undefined
              ? "an unknown command has no reply but an error"
              : replyFault(reply, protocol);
          if (fault !== undefined) report(fault);
          return;
        }
        held++;
        const [resp2, resp3 = resp2] = row;
        const allowed = protocol === 3 ? resp3 : resp2;
        const isNull = reply === "$-1\r\n" || reply.startsWith("_");
        const mark = isNull ? "_" : reply === "*-1\r\n" ? "n" : (reply[0] as string);
        if (allowed.includes(mark)) return;
        report(`a reply of type "${mark}", where one of "${allowed}" belongs`);

        function report(fault: string): void {
          const text = `client ${client}, RESP${protocol}, ${quoted(words.join(" "))}: ${fault}: ${quoted(reply)}`;
          const name = command?.fullName ?? "an unknown command";
          context.report({ kind: `type of ${name}`, text, client });
        }
      },
      counts: () => ({ "replies of a known shape": held, "replies of any shape?": loose }),
    };
  },
};

/** Commands that the table names, for a test that each exists. */
export const shapedCommands: readonly string[] = Object.keys(shapes);
