// What scripts may not call, by full name: commands that no script may, and those that write.

export const notFromScripts: ReadonlySet<string> = new Set(
  `
acl|cat acl|deluser acl|dryrun acl|genpass acl|getuser acl|list acl|load acl|log acl|save acl|setuser acl|users
acl|whoami auth bgrewriteaof bgsave blmove blpop brpop brpoplpush bzpopmax bzpopmin client|caching client|getname
client|getredir client|id client|info client|kill client|list client|no-evict client|no-touch client|pause client|reply
client|setinfo client|setname client|tracking client|trackinginfo client|unblock client|unpause cluster|reset config|get
config|resetstat config|rewrite config|set debug discard eval eval_ro evalsha evalsha_ro exec failover fcall fcall_ro
function|delete function|dump function|flush function|kill function|list function|load function|restore function|stats
hello latency|doctor latency|graph latency|histogram latency|history latency|latest latency|reset module|list
module|load module|loadex module|unload monitor multi psubscribe psync punsubscribe quit replconf replicaof reset role
save script|debug script|exists script|flush script|kill script|load shutdown slaveof ssubscribe subscribe sunsubscribe
sync unsubscribe unwatch wait watch
`
    .trim()
    .split(/\s+/),
);

/** Those that are only copied to replicas, such as PUBLISH, too. */
export const writing: ReadonlySet<string> = new Set(
  `
append bitfield bitop blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy decr decrby del expire expireat
flushall flushdb geoadd georadius georadiusbymember geosearchstore getdel getex getset hdel hexpire hexpireat hgetdel
hgetex hincrby hincrbyfloat hmset hpersist hpexpire hpexpireat hset hsetex hsetnx incr incrby incrbyfloat linsert lmove
lmpop lpop lpush lpushx lrem lset ltrim migrate move mset msetnx persist pexpire pexpireat pfadd pfcount pfdebug pfmerge
psetex publish rename renamenx restore restore-asking rpop rpoplpush rpush rpushx sadd sdiffstore set setbit setex setnx
setrange sinterstore smove sort spop spublish srem sunionstore swapdb unlink xack xadd xautoclaim xclaim xdel
xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|setid xreadgroup xsetid xtrim zadd
zdiffstore zincrby zinterstore zmpop zpopmax zpopmin zrangestore zrem zremrangebylex zremrangebyrank zremrangebyscore
zunionstore
`
    .trim()
    .split(/\s+/),
);
