// Conversations about transactions, which tests hold against a stock server and the server in process.

/** Steps by what they show, one a line. */
export const conversations: Readonly<Record<string, string>> = {
  "calls are kept, and run in order": `
a: MULTI
a: SET k 1
a: INCR k
b: GET k
a: LPUSH k x
a: GET k
a: EXEC
b: GET k
a: EXEC
a: DISCARD
a: MULTI
a: EXEC
a: MULTI; SET k 5; DISCARD; GET k`,
  "a call that is refused spoils the transaction": `
a: MULTI
a: NOSUCH x
a: SET k v
a: EXEC
a: GET k
a: MULTI
a: GET
a: EXEC
a: MULTI
a: CONFIG NOSUCH
a: EXEC
a: MULTI
a: EXEC
a: MULTI
a: SHUTDOWN x y
a: EXEC
a: MULTI
a: EXEC
a: MULTI
a: NOSUCH
a: DISCARD
a: GET k`,
  "what is refused by itself spoils nothing": `
a: MULTI
a: MULTI
a: WATCH k
a: SET k 1
a: EXEC
a: EXEC x
a: DISCARD x
a: MULTI
a: EXEC x
a: EXEC
a: MULTI
a: DISCARD x
a: EXEC
a: MULTI x
a: WATCH
a: MULTI
a: MULTI x
a: EXEC`,
  "a watched key that was written": `
a: WATCH k l
b: SET l v
a: MULTI
a: SET k v
a: EXEC
a: GET k
a: MULTI; SET k v; EXEC
a: WATCH k
b: SET k v
a: UNWATCH
a: MULTI; GET k; EXEC
a: WATCH k
b: GET k
b: EXPIRE k 100
a: MULTI; GET k; EXEC
a: WATCH k
b: DEL none; TYPE k; TOUCH k; PERSIST l
a: MULTI; GET k; EXEC
a: WATCH none
b: SET none x; DEL none
a: MULTI; GET k; EXEC
a: WATCH k
a: SET k own
a: MULTI; GET k; EXEC
a: WATCH k; DISCARD; WATCH k
a: MULTI; SET k x; SET k y; EXEC
a: MULTI; GET k; EXEC
a: WATCH k
b: SET k z
a: MULTI
a: NOSUCH
a: EXEC
a: WATCH k
b: SET k z
a: MULTI; DISCARD; MULTI; GET k; EXEC`,
  "databases that are emptied or change places": `
a: SET k v; WATCH k
b: FLUSHDB
a: MULTI; PING; EXEC
a: WATCH k
b: FLUSHALL
a: MULTI; PING; EXEC
a: SET k v; WATCH k
b: SWAPDB 0 1
a: MULTI; PING; EXEC
a: WATCH k
b: SWAPDB 0 1
a: MULTI; PING; EXEC
a: WATCH none
b: SWAPDB 0 1
a: MULTI; PING; EXEC
a: WATCH k
b: SELECT 1; SET k v; FLUSHDB; SWAPDB 2 3
a: MULTI; PING; EXEC
a: SELECT 1; WATCH x; SELECT 0
b: SELECT 1; SET x 1; SELECT 0
a: MULTI; SELECT 1; GET x; EXEC
a: GET x`,
  "keys whose time is over": `
a: SET k v PXAT 1
a: SET k v; WATCH k; PEXPIRE k -1
a: MULTI; PING; EXEC
a: WATCH k
b: DEL k
a: MULTI; PING; EXEC
a: SET k v; WATCH k
b: RENAME k k
a: MULTI; PING; EXEC
a: WATCH k
b: COPY k k2; RENAME k k2
a: MULTI; PING; EXEC
a: SET k2 v; WATCH k3 k2
b: MOVE k2 1
a: MULTI; PING; EXEC`,
  "collections that are written or not": `
a: SADD s a b; HSET h f v; ZADD z 1 a; RPUSH l a b a; PFADD p a; SET n 1; WATCH s
b: SADD s a; SREM s x; SMOVE s s a; SMOVE s other x
a: MULTI; PING; EXEC; WATCH s
b: SREM s a
a: MULTI; PING; EXEC; WATCH s
b: SPOP s 0
a: MULTI; PING; EXEC; WATCH z
b: ZADD z 1 a; ZADD z NX 5 a; ZREM z none; ZREMRANGEBYSCORE z 50 60
a: MULTI; PING; EXEC; WATCH z
b: ZADD z 2 a
a: MULTI; PING; EXEC; WATCH z
b: ZINCRBY z 0 a
a: MULTI; PING; EXEC; WATCH h
b: HDEL h none; HSETNX h f w; HINCRBY h f 1
a: MULTI; PING; EXEC; WATCH h
b: HSET h f v
a: MULTI; PING; EXEC; WATCH l
b: LREM l 0 none; LINSERT l BEFORE none x; LPUSHX nokey a; LPOP l 0; LSET l 100 x
a: MULTI; PING; EXEC; WATCH l
b: LTRIM l 0 -1
a: MULTI; PING; EXEC; WATCH l
b: LSET l 0 a
a: MULTI; PING; EXEC; WATCH l
b: LMOVE l l LEFT LEFT
a: MULTI; PING; EXEC; WATCH l
b: RPUSH x1 a; RPUSH l c
a: MULTI; PING; EXEC; WATCH x1
b: BLPOP x1 0
a: MULTI; PING; EXEC; WATCH out
b: SORT none STORE out; SINTERSTORE out none; ZUNIONSTORE out 1 none; SUNIONSTORE out none
a: MULTI; PING; EXEC; WATCH out
b: SORT l ALPHA STORE out
a: MULTI; PING; EXEC; WATCH out
b: SORT none STORE out
a: MULTI; PING; EXEC; WATCH p
b: PFADD p a; PFCOUNT p
a: MULTI; PING; EXEC; WATCH p
b: PFADD p b
a: MULTI; PING; EXEC; WATCH n
b: SETRANGE n 0 ; GETEX n; GETEX n PERSIST; PERSIST n; EXPIRE n 5 XX; SET n 1 NX; SETNX n 1; MSETNX n 1; APPEND n 
a: MULTI; PING; EXEC; WATCH n
b: SETBIT n 0 0
a: MULTI; PING; EXEC; WATCH n
b: INCRBY n 0
a: MULTI; PING; EXEC; WATCH n
b: BITFIELD n GET u8 0
a: MULTI; PING; EXEC; WATCH n
b: BITFIELD n SET u8 0 49
a: MULTI; PING; EXEC; WATCH n
b: GETEX n EX 100
a: MULTI; PING; EXEC; WATCH n
b: GETDEL nokey; BITOP AND nokey nokey2; RENAMENX n n; COPY n n2
a: MULTI; PING; EXEC; WATCH bits
b: BITOP AND bits none none2
a: MULTI; PING; EXEC; WATCH n2
b: BITOP AND n2 none none2
a: MULTI; PING; EXEC; WATCH n2
b: APPEND n2 
a: MULTI; PING; EXEC`,
  "what the server chooses is known to the calls behind it": `
a: SADD s a b c d
a: MULTI
a: SPOP s
a: SCARD s
a: SPOP s 2
a: SMEMBERS s
a: EXEC
a: SMEMBERS s
a: HELLO 3
a: MULTI; SRANDMEMBER s; HELLO 2; SMEMBERS s; HELLO 3; SMEMBERS s; EXEC
a: MULTI; SMEMBERS s; HELLO 2; EXEC
a: MULTI; GET none; LPOP none 1; HELLO 3; GET none; EXEC`,
  "RESET ends a transaction, and so does the connection's end": `
a: WATCH k; MULTI; SET k v
a: RESET
a: EXEC
b: SET k w
a: MULTI; GET k; EXEC
a: MULTI; QUIT
b: GET k`,
  "CLIENT REPLY inside and around a transaction": `
a: CLIENT REPLY SKIP; MULTI; SET k 1; GET k; EXEC
a: MULTI; SET k 2; CLIENT REPLY SKIP; GET k; EXEC; PING; PING x
a: MULTI; GET k
a: CLIENT REPLY OFF
a: EXEC
a: PING; CLIENT REPLY ON
a: MULTI; CLIENT REPLY OFF; GET k; CLIENT REPLY ON; GET k; EXEC; PING
a: CLIENT REPLY OFF; MULTI; GET k; CLIENT REPLY ON; GET k; EXEC; PING
a: MULTI; CLIENT REPLY SKIP; EXEC; PING; PING x`,
  "a password that is set": `
a: MULTI
b: CONFIG SET requirepass secret
c: MULTI
c: EXEC
c: EXEC x
c: AUTH secret
c: MULTI; GET k; EXEC
a: GET k
a: EXEC
b: CONFIG SET requirepass .
b: MULTI; CONFIG GET requirepass; EXEC`,
};
