import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

// No call depends on how fast the other is asked: times to live are long or over.
await testAgainstStock(
  "names and the server",
  String.raw`
# Names, arity, subcommands
nosuch
nosuch a b
"no\r\nsuch" "a\r\n" "b\x00c"
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
nosuch aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb c
"" a
get
get a b
GeT a
object
object nosuch
object encoding
"object" "nos\r\nuch\x00x"
client
client nosuch
config bad
command bad
memory bad
slowlog bad
latency bad
client|list
ping
ping a
ping a b
echo "a\x00\xff"
echo
# CONFIG
set s abc
config get
config get maxmemory
config get MAXMEMORY maxm[e]mory
config get nosuch
config get max* hash*
config get ""
config set
config set timeout
config set timeout 1 hz
config set timeout x
config set timeout 0
config set TIMEOUT -1
config set timeout 1 timeout 2
config set timeout 0 TIMEOUT 0
config set nosuch 1
config set "no\r\nsuch\x00x" 1
config set timeout x nosuch 1
config set databases 5
config set dir /
config set hash-max-listpack-value 1kb
config get hash-max-*-value
config set hash-max-listpack-value 64
config set hash-max-listpack-value 1t
config set hash-max-listpack-value -1
config set proto-max-bulk-len 10
config set maxmemory-policy nosuch
config set maxmemory-policy NOEVICTION
config get maxmemory-policy
config set lazyfree-lazy-expire maybe
config set latency-tracking-info-percentiles "50 99.99 0.1"
config get latency-tracking-info-percentiles
config set latency-tracking-info-percentiles 101
config set latency-tracking-info-percentiles "50 99 99.9"
config set notify-keyspace-events KEA
config get notify-keyspace-events
config set notify-keyspace-events q
config set notify-keyspace-events ""
config set client-output-buffer-limit "pubsub 1mb 2k 5"
config get client-output-buffer-limit
config set client-output-buffer-limit "nosuch 1 2 3"
config set client-output-buffer-limit "normal 1 2"
config set hz 0
config get hz
config set hz 10
config rewrite
config resetstat
config help
# The server of itself
command count
command count x
command
command info get nosuch mset
command docs get
command list filterby pattern get*
command list filterby aclcat nosuch
command list filterby module nosuch
command list filterby nosuch x
command list nosuch
command getkeys get a
command getkeys mset a b c d
command getkeys mset a b c
command getkeys nosuch a
command getkeys ping a
command getkeys get a b
command getkeys bitop and a b c
command getkeys object encoding a
command getkeys object nosuch a
command getkeys client list
command getkeysandflags set a b
command getkeysandflags bitfield a get u8 0
command getkeysandflags bitfield a get u8 0 set u8 0 1
command getkeysandflags rename a b
command getkeysandflags bitop and a b c
info
info nosuch
info server keyspace
info everything
role
time
lolwut
lolwut version x
memory usage s
memory usage none
memory usage s samples 5
memory usage s samples -1
memory usage s samples x
memory usage s samples
memory usage none nosuch
memory doctor
memory stats
memory purge
latency latest
latency history nosuch
latency reset
latency reset a b
latency graph "no\x00such"
latency histogram
latency doctor
slowlog get
slowlog get 0
slowlog get -1
slowlog get -2
slowlog get x
slowlog get 1 2
slowlog len
slowlog reset
shutdown nosuch
shutdown abort
shutdown abort now
shutdown save nosave
monitor x
debug error "ABC d\r\ne"
debug sleep 0
debug populate 3
debug populate 3 p 60
debug populate x
debug populate -1
debug populate 1 p x
get key:2
get p:2
object encoding p:2
debug object s
debug object none
debug digest-value s none
debug error
dbsize
flushall
dbsize
`,
  { "enable-debug-command": "yes" },
);
