import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "streams",
  String.raw`
# Entries and their IDs
set text v
xadd s 1-1 a 1
xadd s 1-1 a 1
xadd s 1-0 a 1
xadd s 0-0 a 1
xadd new 0-0 a 1
exists new
xadd s 1 a 1
xadd s 2 a 1 b 2
xadd s 2-* a 1
xadd s 3-* a 1
xadd s 1-* a 1
xadd new 0-* a 1
xadd s - a 1
xadd s + a 1
xadd s x a 1
xadd s 4-x a 1
xadd s 4-- a 1
xadd s 4- a 1
xadd s -4 a 1
xadd s "" a 1
xadd s " 4" a 1
xadd s +5-+1 a 1
xadd s "05-002" a 1
xadd s "6-\x00" a 1
xadd s "6\x00-7" a 1
xadd s "7-0\x00x" a 1
xadd s "8- 1" a 1
xadd s "9--0" a 1
xadd s "10- -3" a 1
xadd s 00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000011 a 1
xadd s 18446744073709551616-1 a 1
xadd s 11-18446744073709551616 a 1
xadd s 11-18446744073709551615 a 1
xadd s 11-* a 1
xadd s 11-18446744073709551615 a 1
xadd s 12 a
xadd s 12 a 1 b
xadd s * a
xadd s nomkstream * a 1 b
xadd s maxlen 5 12 a
xadd none nomkstream * a 1
xadd none NoMkStream 5-5 a 1
xadd none nomkstream 0-0 a 1
xadd none nomkstream x a 1
xadd text * a 1
xadd text nomkstream * a 1
xadd text x a 1
xadd text 0-0 a 1
xrange s - +
xlen s
xlen none
xlen text
type s
object encoding s
object refcount s
xadd today * f v
xadd today * f v
xadd today "*\x00x" f v
xlen today
xadd future 99999999999999-5 f v
xadd future * f v
xadd full 18446744073709551615-18446744073709551614 f v
xadd full * f v
xadd full * f v
xadd full 18446744073709551615-* f v
xadd full 5-5 f v
xadd edge 18446744073709551614-18446744073709551615 f v
xadd edge * f v
# Ranges
xrange s - + count 1
xrange s - + count 0
xrange s - + count -1
xrange s - + count -5
xrange s - + count x
xrange s - + count
xrange s - + limit 1
xrange s - + count 1 count 2
xrange s 2 2
xrange s 2-0 3
xrange s (2 3
xrange s (2-0 (3-0
xrange s (- +
xrange s - (+
xrange s - (0-0
xrange s (18446744073709551615-18446744073709551615 +
xrange s + -
xrange s x +
xrange s - x
xrange s ( +
xrange s (x +
xrange s "" +
xrange none - +
xrange none - + count 0
xrange none x +
xrange text - +
xrange text x +
xrange text - + count 0
xrevrange s + -
xrevrange s + - count 2
xrevrange s 3 2
xrevrange s (3 (1
xrevrange s - +
xrevrange s (- +
xrevrange s x -
xrevrange s + x
xrevrange s x x count 0
# Options of adding and trimming
xadd t maxlen 2 1 a 1
xadd t maxlen 2 2 a 1
xadd t maxlen = 2 3 a 1
xadd t maxlen ~ 2 4 a 1
xadd t maxlen ~ 2 limit 0 5 a 1
xadd t limit 0 6 a 1
xadd t limit 5 6 a 1
xadd t limit 5 maxlen ~ 3 6 a 1
xadd t limit 5 maxlen 3 7 a 1
xadd t limit 0 maxlen 3 7 a 1
xadd t limit -1 maxlen ~ 3 7 a 1
xadd t limit x maxlen ~ 3 7 a 1
xadd t maxlen -1 7 a 1
xadd t maxlen x 7 a 1
xadd t maxlen 3 minid 3 7 a 1
xadd t minid 3 minid 3 7 a 1
xadd t minid x 7 a 1
xadd t minid - 7 a 1
xadd t minid 5 7 a 1
xadd t minid ~ 5 8 a 1
xadd t maxlen 2 nomkstream 9 a 1
xadd t maxlen 0 10 a 1
xlen t
xinfo stream t
xadd t maxlen ~ maxlen ~ 1 11 a 1
xadd t maxlen = 11 a 1
xadd t maxlen
xtrim t
xtrim t maxlen
xtrim t maxlen 5
xtrim t maxlen x
xtrim t maxlen -1
xtrim t maxlen = x
xtrim t maxlen ~
xtrim t maxlen = 1
xtrim t maxlen ~ 0 limit 1
xtrim t maxlen 0 limit 1
xtrim t limit 1 limit 2
xtrim t nomkstream 1
xtrim t 5-5 a
xtrim t * a
xtrim t minid x
xtrim t minid 5 maxlen 5
xtrim none maxlen 5
xtrim none maxlen x
xtrim text maxlen 5
xtrim text maxlen x
xadd t 20 a 1
xadd t 21 a 1
xadd t 22 a 1
xtrim t minid 21
xtrim t minid 100
xlen t
exists t
xinfo stream t full
# Nodes
config set stream-node-max-entries 3
xadd n 1 a 1
xadd n 2 a 1
xadd n 3 a 1
xadd n 4 a 1
xadd n 5 a 1
xadd n 6 a 1
xadd n 7 a 1
xtrim n maxlen ~ 5
xtrim n maxlen ~ 4
xtrim n minid ~ 6
xtrim n minid ~ 7 limit 2
xtrim n minid 5
xtrim n minid ~ 7 limit 2
xinfo stream n
xdel n 6
xinfo stream n
xdel n 7
xdel n 7
xinfo stream n
config set stream-node-max-entries 0
xtrim n maxlen ~ 0
config set stream-node-max-bytes 100
xadd n 8 aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbb
xadd n 9 aaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbb
xadd n 10 aaaaaaaaaaaaaaaaaaaa b
xadd n 11 c b
xinfo stream n
config set stream-node-max-bytes 4096
config set stream-node-max-entries 100
# Deleted entries, and IDs that are set
xadd d 1 a 1
xadd d 2 a 1
xadd d 3 a 1
xdel d 2 x
xdel d 2 2
xdel d -
xdel none x
xdel none 1
xdel text x
xinfo stream d
xdel d 1
xinfo stream d
xdel d 3
xinfo stream d
exists d
xsetid d 1
xsetid d x
xsetid d -
xsetid d 5-5
xsetid none 1
xsetid text 1
xsetid text x
xadd d 5-5 a 1
xadd d 5-6 a 1
xsetid d 5
xsetid d 5-6
xsetid d 6 entriesadded 0
xsetid d 6 entriesadded 1
xsetid d 6 entriesadded -1
xsetid d 6 entriesadded x
xsetid d 6 entriesadded
xsetid d 6 maxdeletedid 7
xsetid d 6 maxdeletedid 5-7 entriesadded 9
xsetid d 6 maxdeletedid x
xsetid d 6 maxdeletedid 0-0
xsetid d 6 nope 1
xsetid d 6 entriesadded 9223372036854775807
xadd d 7 a 1
xinfo stream d
# Reading
xread streams s 0
xread count 1 streams s 0
xread count 0 streams s 0
xread count -1 streams s 0
xread count x streams s 0
xread streams s t none 0 0 0
xread streams s t 0
xread streams s $
xread streams s >
xread streams s -
xread streams s x
xread streams none x
xread streams text 0
xread streams none 0
xread streams s 18446744073709551615-18446744073709551615
xread streams s s 0 5
xread block x streams s 0
xread block -1 streams s 0
xread block 0 streams s 0
xread block 10 streams s $
xread block 10 streams none 0
xread block 10 count 2 streams s none 0 $
xread group g c streams s 0
xread noack streams s 0
xread nope streams s 0
xread count 1 block 1
xread count 1 streams
xread streams s 0 0
# In transactions nothing waits
xgroup create c g 0 mkstream
xadd c 1 a 1
xadd c 2 a 1
xreadgroup group g x count 1 streams c >
multi
xread block 0 streams s $
xreadgroup group g c block 0 streams c >
xadd s * a 1
xread block 0 count 1 streams s 0
xreadgroup group g c block 0 streams none >
xadd tx 1 a 1
xreadgroup group g c streams c 0
exec
# What counts as a change of a watched key
watch w w2
xadd w 5 a 1
multi
xlen w
exec
watch w w2
xgroup create w g 0
multi
xlen w
exec
watch w w2
xgroup createconsumer w g c
multi
xlen w
exec
watch w w2
xreadgroup group g c streams w >
multi
xlen w
exec
watch w w2
xreadgroup group g c streams w 0
multi
xlen w
exec
watch w w2
xclaim w g d 0 5
multi
xlen w
exec
watch w w2
xautoclaim w g c 0 0
multi
xlen w
exec
watch w w2
xack w g 5
multi
xlen w
exec
watch w w2
xgroup setid w g 0
multi
xlen w
exec
watch w w2
xsetid w 9
multi
xlen w
exec
watch w w2
xgroup delconsumer w g c
multi
xlen w
exec
watch w w2
xgroup destroy w g
multi
xlen w
exec
watch w w2
xtrim w maxlen 5
multi
xlen w
exec
watch w w2
xdel w 77
multi
xlen w
exec
watch w w2
xadd w nomkstream x a 1
multi
xlen w
exec
watch w w2
xdel w 5
multi
xlen w
exec
watch w w2
xadd w 20 a 1
multi
xlen w
exec
watch w w2
xtrim w maxlen 0
multi
xlen w
exec
watch w w2
xgroup create w2 g 0 mkstream
multi
xlen w
exec
# Payloads and other commands on streams
dump c
copy c c2
xinfo stream c2 full
xadd c2 20 a 1
xinfo stream c
rename c2 c3
xinfo groups c3
scan 0 type stream count 1000
get s
lpush s a
append s a
sort s
expire s 100
persist s
del s t
# In RESP3
hello 3
xadd p 1 a 1
xadd p 2 a 1
xrange p - +
xrange p - + count 0
xread streams p p 0 1
xread streams p $
xgroup create p g 0
xreadgroup group g c streams p >
xdel p 1
xreadgroup group g c streams p 0
xpending p g
xpending p g - + 10
xgroup create p h 1
xpending p h
xinfo stream p
xinfo stream p full
xinfo groups p
xinfo consumers p g
xautoclaim p g d 0 0
xclaim p g d 0 2
xadd none nomkstream * a 1
xtrim p maxlen 0
xinfo stream p
xread block 10 streams p $
# What COMMAND says of them
command info xadd xread xgroup xinfo xautoclaim xsetid xtrim
command getkeys xread a b c
command getkeys xread a b streams
command getkeys xread a streams c
command getkeysandflags xread streams a b 0 0
command getkeysandflags xread count streams streams a 0
command getkeysandflags xreadgroup group g streams streams a b 0 0
command getkeys xreadgroup streams b c d e f g h
command getkeysandflags xadd k * a b
command getkeysandflags xgroup create k g 0
command getkeysandflags xgroup setid k g 0
command getkeysandflags xgroup destroy k g
command getkeysandflags xinfo stream k
command getkeysandflags xautoclaim k g c 0 0
command getkeysandflags xack k g 1
command getkeys xgroup help
command getkeysandflags xlen k
`,
);
