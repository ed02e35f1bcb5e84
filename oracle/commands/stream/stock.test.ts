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
# Groups
xgroup create g1 g 0
xgroup create g1 g 0 mkstream
xgroup create g1 g 0 mkstream
xgroup create g1 g x mkstream
xgroup create none g x mkstream
exists none
xgroup create g1 h $
xgroup create g1 i + mkstream
xgroup create g1 i 5-5 mkstream entriesread 3
xgroup create g1 j 5 entriesread -1
xgroup create g1 k 5 entriesread -2
xgroup create g1 k 5 entriesread x
xgroup create g1 k 5 entriesread
xgroup create g1 k 5 nope
xgroup create g1 k 5 mkstream mkstream
xgroup create g1 k2 5 mkstream mkstream entriesread 5
xgroup create none k2 5 mkstream mkstream entriesread 5
xgroup create text k 5
xgroup create text k x mkstream
xgroup create g1
xgroup setid g1 g $
xgroup setid g1 g +
xgroup setid g1 g -
xgroup setid g1 g x
xgroup setid g1 none 0
xgroup setid none g 0
xgroup setid text g 0
xgroup setid g1 g 0 mkstream
xgroup setid g1 g 0 entriesread 2
xgroup setid g1 g 0 entriesread 2 entriesread 3
xgroup setid g1 g 0 entriesread
xgroup createconsumer g1 g c
xgroup createconsumer g1 g c
xgroup createconsumer g1 none c
xgroup createconsumer none g c
xgroup createconsumer text g c
xgroup delconsumer g1 g c
xgroup delconsumer g1 g c
xgroup delconsumer g1 none c
xgroup destroy g1 j
xgroup destroy g1 j
xgroup destroy none j
xgroup destroy text j
xgroup nope g1 j
xgroup help
xgroup help x
xgroup
xinfo groups g1
xinfo groups none
xinfo groups text
xinfo consumers g1 none
xinfo consumers none g
xinfo consumers text g
xinfo consumers g1
xinfo help
xinfo nope a
xinfo stream none
xinfo stream text
xinfo stream g1 nope
xinfo stream g1 full count
xinfo stream g1 full count x
xinfo stream g1 full nope 1
xinfo stream g1 full count 1 2
xinfo stream none nope
xinfo stream g1 full count -1
xinfo stream g1 full count 0
# Reading in groups
xadd g1 1 a 1
xadd g1 2 a 1
xadd g1 3 a 1
xreadgroup group g c streams g1 >
xreadgroup group g c streams g1 >
xreadgroup group g c streams g1 0
xreadgroup group g c count 1 streams g1 0
xreadgroup group g c count 1 streams g1 1
xreadgroup group g c streams g1 1-18446744073709551615
xreadgroup group g d streams g1 0
xreadgroup group g e streams g1 >
xreadgroup group g c streams g1 18446744073709551615-18446744073709551615
xdel g1 2
xreadgroup group g c streams g1 0
xpending g1 g
xpending g1 h
xpending g1 g - + 10
xpending g1 g - + 10 c
xpending g1 g - + 10 d
xpending g1 g - + 10 none
xpending g1 g idle 0 - + 10
xpending g1 g idle 100000 - + 10
xpending g1 g idle -5 - + 10 c
xpending g1 g idle x - + 10
xpending g1 g idle 5 - +
xpending g1 g - + x
xpending g1 g x + 10
xpending g1 g - x 10
xpending g1 g (- + 10
xpending g1 g - (+ 10
xpending g1 g (1 (3 10
xpending g1 g - + -1
xpending g1 g - +
xpending g1 g -
xpending g1 g idle 5 - + 10 c x
xpending none g
xpending g1 none
xpending text g
xpending text g - + x
xreadgroup group g c noack streams g1 0
xadd g1 4 a 1
xreadgroup group g c noack streams g1 >
xpending g1 g
xack g1 g 1 1
xack g1 g x
xack g1 g 1 x
xack g1 none x
xack none g x
xack text g x
xack g1 g 3 4 5
xinfo stream g1 full
xinfo groups g1
xreadgroup group g c streams g1 none > >
xreadgroup group g c streams g1 text > >
xreadgroup group g c streams text g1 > >
xreadgroup group g c streams g1 $
xreadgroup group g c streams g1 x
xreadgroup group g c streams g1 -
xreadgroup group none c streams g1 >
xreadgroup group g c streams g1 g1 >
xreadgroup group g c streams g1
xreadgroup group g c nope streams g1 >
xreadgroup group g c count x streams g1 >
xreadgroup group g c count
xreadgroup group g c block x streams g1 >
xreadgroup group g c block -1 streams g1 >
xreadgroup count 1 count 1 streams g1 >
xreadgroup streams g1 > a b c d
xreadgroup group g c block 10 streams g1 >
xreadgroup group g newcomer block 10 streams g1 >
xinfo consumers g1 g
xgroup setid g1 g 0
xreadgroup group g c block 10 streams g1 g1 > >
xreadgroup group g d streams g1 g1 0 >
xgroup delconsumer g1 g c
xpending g1 g
# Taking over
xgroup create c g 0 mkstream
xadd c 1 a 1
xadd c 2 a 1
xadd c 3 a 1
xreadgroup group g x streams c >
xclaim c g y 0 1
xclaim c g y 0 1 justid
xclaim c g y 100000 2
xclaim c g y 0 2 retrycount 7
xclaim c g y 0 2 retrycount -7
xclaim c g y 0 2 idle 5000000
xclaim c g y 0 2 idle -5
xclaim c g y 0 2 idle 9223372036854775807
xclaim c g y 0 2 idle -9223372036854775808
xclaim c g y 0 2 time 5
xclaim c g y 0 2 time -1
xclaim c g y 0 2 time 99999999999999
xpending c g - + 10
xclaim c g y 100 2 justid
xclaim c g z 0 5 force
xclaim c g z 0 2 lastid 2
xclaim c g z 0 2 lastid 9
xclaim c g z 0 2 lastid x
xclaim c g z 0 x
xclaim c g z 0 2 x
xclaim c g z 0 2 idle
xclaim c g z 0 2 idle x
xclaim c g z 0 2 time x
xclaim c g z 0 2 retrycount x
xclaim c g z x 2
xclaim c g z -5 2 2
xclaim c none z x 2
xclaim none g z x 2
xclaim text g z x 2
xack c g 1 2 3
xclaim c g z 0 1 2
xclaim c g z 100000 1 2 force
xclaim c g w 0 3 force justid
xpending c g - + 10
xclaim c g nobody 0 77
xinfo groups c
xinfo consumers c g
xdel c 2
xclaim c g x 0 2
xpending c g - + 10
xreadgroup group g x streams c 0
xdel c 3
xautoclaim c g v 0 0
xautoclaim c g v 0 0 count 1
xautoclaim c g v 0 (1 count 1
xautoclaim c g v 0 - justid
xautoclaim c g v 100000 -
xautoclaim c g v 0 x
xautoclaim c g v 0 (+
xautoclaim c g v x 0
xautoclaim c g v 0 0 count 0
xautoclaim c g v 0 0 count x
xautoclaim c g v 0 0 count
xautoclaim c g v 0 0 nope
xautoclaim c g v 0 0 count 576460752303423488
xautoclaim c none v 0 0
xautoclaim none g v 0 0
xautoclaim text g v x 0
xautoclaim text g v 0 0
xadd c 10 a 1
xadd c 11 a 1
xadd c 12 a 1
xgroup setid c g 9
xreadgroup group g x streams c >
xautoclaim c g v 0 0 count 2
xautoclaim c g v 0 11 count 2
xdel c 11
xautoclaim c g v 0 0 count 2
xinfo stream c full
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
