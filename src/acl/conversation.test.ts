// What becomes of clients whose users, or whose users' rules, come, change and go: everything each of them receives, as a
// stock Redis sends it.

import { expect, test } from "vitest";
import { converse, converseWithStock, type Step } from "../testing/conversation.ts";
import { hasStockRedis } from "../testing/stock-server.ts";
import { StockWire } from "../testing/stock-wire.ts";

const isStock = hasStockRedis();

const conversations: Readonly<Record<string, readonly Step[]>> = {
  "logging in": [
    "a: ACL SETUSER u >p; AUTH u p; ACL WHOAMI; ACL SETUSER u on; AUTH u p; ACL WHOAMI",
    "a: AUTH default x; ACL SETUSER u on +@all >p; AUTH u p; ACL WHOAMI; AUTH u q; ACL WHOAMI; RESET; ACL WHOAMI",
    "a: AUTH x; AUTH a b c; AUTH nobody x; HELLO 3 AUTH u q; HELLO 3 AUTH u p SETNAME n; ACL WHOAMI; CLIENT GETNAME",
    "a: ACL SETUSER v on nopass +@all; AUTH v anything; ACL WHOAMI; ACL SETUSER v resetpass; AUTH v anything",
    "a: ACL SETUSER u off; AUTH u p; ACL WHOAMI; CLIENT KILL USER nobody; CLIENT KILL USER v SKIPME no",
  ],
  "a password for everyone": [
    "a: CONFIG SET requirepass s; PING",
    "b: PING; AUTH s; AUTH default s; PING; AUTH x; PING; RESET; PING; HELLO; HELLO 3 AUTH default s; ACL GETUSER default",
    "b: ACL SETUSER default >t; AUTH t; CONFIG GET requirepass; ACL SETUSER default <s; AUTH s; AUTH t",
    "c: GET k; QUIT",
    "d: NOSUCH; GET; CONFIG NOSUCH; MULTI; SET a b; EXEC; RESET; SUBSCRIBE x",
    "b: ACL SETUSER default nopass; AUTH t",
    "d: PING",
    "b: ACL SETUSER default off",
    "d: PING; GET k",
    "e: PING; AUTH default x; RESET",
    "b: PING; ACL WHOAMI",
  ],
  "rules that are missing": [
    "a: ACL SETUSER u on nopass; AUTH u x; PING; GET k; ACL WHOAMI; COMMAND; CLIENT ID; CLIENT NOSUCH; RESET; PING",
    "a: ACL SETUSER u +get +set +client|id ~k*; AUTH u x; GET k; GET j; SET k v; CLIENT ID; CLIENT INFO; GET; RESET",
    "a: ACL SETUSER u +select|0 +acl; AUTH u x; SELECT 0; SELECT 1; SELECT 00; ACL GETUSER u; ACL LIST; RESET",
    "a: ACL SETUSER u %R~r* %W~w* +@all resetchannels &c*; AUTH u x; COPY r w; COPY w r; SET w v GET; SET w v; GET w",
    "a: PUBLISH c m; PUBLISH d m; SPUBLISH c m; SPUBLISH d m; PSUBSCRIBE c*; PUNSUBSCRIBE c*; PSUBSCRIBE c; SUBSCRIBE d",
    "a: MEMORY USAGE r; OBJECT ENCODING r; OBJECT ENCODING x; OBJECT HELP x; DUMP w; DBSIZE; KEYS w; DEL w r",
    "a: MSET w 1 w2 2 x 3; MGET r x; EVAL return(1) 1 x; EVAL return(1) 1 w; BITOP AND w r r; XREAD STREAMS r x 0 0",
    "a: RESET; ACL LOG; ACL LOG 2; ACL LOG -1; ACL LOG x; ACL LOG 99999999999999999999; ACL LOG RESET; ACL LOG",
  ],
  transactions: [
    "a: ACL SETUSER u on nopass ~k* +multi +exec +get +set +discard +ping; AUTH u x",
    "a: MULTI; SET j 1; SET k 1; EXEC; MULTI; INCR k; DISCARD; GET k",
    "b: MULTI; ACL SETUSER u -set; EXEC",
    "a: MULTI; GET k; PING",
    "b: ACL SETUSER u -get",
    "a: EXEC; MULTI; PING",
    "b: ACL SETUSER u -exec",
    "a: EXEC; PING",
    "b: ACL SETUSER u +exec +get resetkeys ~j",
    "a: MULTI; GET j",
    "b: ACL SETUSER u resetkeys ~k",
    "a: EXEC",
    "b: ACL SETUSER u +publish resetchannels &c",
    "a: MULTI; PUBLISH c m",
    "b: ACL SETUSER u resetchannels &d",
    "a: EXEC; GET j; GET j",
    "b: ACL LOG",
    "b: MULTI; AUTH u x; GET k; GET j; AUTH default x; GET j; AUTH u q; EXEC; ACL WHOAMI",
  ],
  scripts: [
    "a: ACL SETUSER u on nopass ~k* +eval +get +fcall +eval_ro; AUTH u x",
    "a: EVAL return(redis.call('get','k')) 0; EVAL return(redis.call('set','k','v')) 0; EVAL return(redis.call('get','j')) 0",
    "a: EVAL return(redis.pcall('set','k','v')) 0; EVAL return(redis.pcall('publish','c','m')) 0",
    "a: EVAL return(tostring(redis.acl_check_cmd('get','k'))) 0; EVAL return(tostring(redis.acl_check_cmd('get','j'))) 0",
    "a: EVAL return(tostring(redis.acl_check_cmd('set','k','v'))) 0; EVAL return(redis.acl_check_cmd('nosuch')) 0",
    "a: EVAL return(tostring(redis.acl_check_cmd('ping'))) 0; EVAL_RO return(redis.call('set','k','v')) 0; EVAL return(1) 1 j",
    "b: ACL SETUSER u +publish; ACL LOG; EVAL return(tostring(redis.acl_check_cmd('get','j'))) 0",
    "a: EVAL return(redis.call('publish','c','m')) 0; EVAL return(redis.call('publish')) 0; EVALSHA x 0; SCRIPT FLUSH",
    "a: MULTI; EVAL return(redis.call('set','k','v')) 0",
  ],
  "users that go": [
    "a: ACL SETUSER u on nopass +@all ~* &*; ACL DELUSER nobody; ACL DELUSER default; ACL DELUSER u default",
    "b: AUTH u x; SUBSCRIBE c",
    "c: AUTH u x; BLPOP list 0",
    "d: AUTH u x; MULTI; GET k",
    "e: AUTH u x; PING; ACL DELUSER u; PING",
    "a: ACL USERS; ACL GETUSER u; PUBLISH c m; RPUSH list x; LLEN list; ACL SETUSER u on nopass +@all; ACL USERS",
    "f: AUTH u x; MULTI; ACL DELUSER u nobody; ACL WHOAMI; GET k; EXEC; PING",
  ],
  "channels that go": [
    "a: ACL SETUSER u on nopass +@all resetchannels &c* &d",
    "b: AUTH u x; SUBSCRIBE c1; PSUBSCRIBE c*",
    "c: AUTH u x; SUBSCRIBE d",
    "d: AUTH u x; SSUBSCRIBE d",
    "e: AUTH u x; PSUBSCRIBE d",
    "f: AUTH u x; PING",
    "a: ACL SETUSER u &e; PUBLISH c1 m",
    "a: ACL SETUSER u allchannels; PUBLISH c1 m; PUBLISH d m",
    "a: ACL SETUSER u resetchannels &c1 (&c*)",
    "a: PUBLISH c1 m; PUBLISH d m; ACL SETUSER u clearselectors; PUBLISH c1 m",
    "g: AUTH u x; SUBSCRIBE c1; HELLO 3; ACL SETUSER v on; PING",
  ],
  "SORT by what other keys hold": [
    "a: RPUSH kl 1 2; SET w1 5; SET w2 4; ACL SETUSER u on nopass (+sort +sort_ro ~kl); AUTH u x",
    "a: SORT kl; SORT kl BY w*; SORT kl GET w*; SORT kl GET #; SORT kl BY nosort; SORT_RO kl BY w*; SORT_RO kl GET #",
    "b: ACL SETUSER u (+sort +sort_ro ~kl %W~*)",
    "a: SORT kl BY w*; SORT kl LIMIT x 1 GET w*",
    "b: ACL SETUSER u (+sort +sort_ro ~kl %R~*)",
    "a: SORT kl BY w*; SORT kl GET w*; SORT kl STORE x; SORT kl BY w* STORE kl",
    "b: ACL SETUSER u (+eval +sort ~kl ~*); EVAL return(redis.call('sort','kl','by','w*')) 0",
    "a: EVAL return(redis.call('sort','kl','by','w*')) 0; SORT nl BY w*; SORT x STORE kl BY y",
  ],
  "questions about users": [
    "a: ACL; ACL NOSUCH; ACL HELP x; ACL CAT x y; ACL CAT nosuch; ACL CAT; ACL GENPASS 0; ACL GENPASS -1; ACL GENPASS 4097",
    "a: ACL GENPASS x; ACL GENPASS 1 2; ACL LOG 1 2; ACL GETUSER nobody; ACL GETUSER; ACL SETUSER; ACL DELUSER; ACL LOAD",
    "a: ACL SAVE; ACL LOAD x; ACL WHOAMI x; ACL USERS x; ACL DRYRUN u; ACL DRYRUN u get; ACL SETUSER u; ACL DRYRUN u get",
    "a: ACL DRYRUN u nosuch; ACL DRYRUN u config; ACL DRYRUN u config nosuch; ACL DRYRUN u config get; ACL DRYRUN u get k",
    "a: HELLO 3; ACL GETUSER default; ACL GETUSER nobody; ACL SETUSER v (+get ~a) sanitize-payload; ACL GETUSER v; ACL LOG",
    "a: CONFIG SET acllog-max-len 2; AUTH x y; AUTH y y; AUTH z y; AUTH z y; ACL LOG; CONFIG SET acllog-max-len 0; AUTH w y; ACL LOG",
  ],
};

// What is each server's own: clients' facts, times, and where it listens.
function comparable(record: readonly string[]): string {
  return (
    record
      .join("\n")
      .replaceAll(/\$\d+\\r\\n(txt:)?id=\d+ addr=.*?(?=\\r\\n)/g, "client")
      .replaceAll(/age-seconds\\r\\n(\$\d+\\r\\n|,)[\d.e-]+/g, "age")
      .replaceAll(/\$2\\r\\nid\\r\\n:\d+/g, "id")
      // Rules about single commands stand in the order of a hash table there.
      .replaceAll(/[+-]@all( [+-][a-z@|0-9]+)+/g, (rules) => rules.split(" ").sort().join(" "))
      .replaceAll(/(< "):\d+(\\r\\n-NOPERM)/g, "$1:n$2")
      .replaceAll(
        /(\\r\\n):[1-9]\d*(?=\\r\\n-NOPERM this user has no permissions to run the 'client\|info')/g,
        "$1:n",
      )
  );
}

for (const [title, steps] of Object.entries(conversations)) {
  test.skipIf(!isStock)(`${title}: as a stock Redis sends it`, async () => {
    const wire = await StockWire.start();
    try {
      const theirs = comparable(await converseWithStock(steps, wire));
      for (const shards of [1, 4]) {
        expect(comparable(converse(steps, { shards }))).toEqual(theirs);
      }
    } finally {
      await wire.stop();
    }
  });
}
