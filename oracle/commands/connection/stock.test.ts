import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

// No call depends on how fast the other is asked: times to live are long or over.
await testAgainstStock(
  "connections",
  String.raw`
# HELLO, AUTH, RESET
set s abc
auth x
auth default x
auth nobody x
auth a b c
hello
hello 1
hello 4
hello x
hello 3
hello 3 nosuch
hello 3 setname
hello 3 setname "a b"
hello 3 auth default
hello 3 auth nobody x
hello 3 auth nobody x nosuch
hello 3 setname kept nosuch
client getname
get none
mget none s
client getname
config get maxmemory
debug protocol map
debug protocol set
debug protocol true
debug protocol double
debug protocol null
debug protocol verbatim
debug protocol bignum
lcs s s idx
command getkeysandflags set a b get
info keyspace
hello 2 setname n
client getname
client setname ""
client getname
client setname "a b"
client setname "a\n"
config set requirepass secret
get s
reset
get s
nosuch
get
client nosuch
auth wrong
auth default wrong
auth nobody secret
hello 3
hello 3 auth default wrong
ping
hello 2 auth default secret setname x
get s
client getname
reset
auth secret
get s
auth default secret
reset
quit2
auth default secret
config set requirepass ""
auth secret
# CLIENT
client id
client getredir
client info
client list
client list type normal
client list type nosuch
client list type
client list id x
client list id
client list id 99999999
client list nosuch
client kill
client kill 1.2.3.4:5
client kill id x
client kill id 0
client kill id 99999999
client kill type nosuch
client kill type pubsub
client kill user nobody
client kill skipme maybe
client kill nosuch x
client kill id 99999999 skipme
client no-evict on
client no-evict maybe
client pause x
client pause -1
client pause 1 nosuch
client pause x nosuch
client pause 1 write x
client unpause
client reply nosuch
client unblock x
client unblock 99999999
client unblock 99999999 nosuch
client unblock 99999999 error
client unblock 1 timeout x
client help
`,
  { "enable-debug-command": "yes" },
);
