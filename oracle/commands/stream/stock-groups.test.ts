import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "groups of a stream",
  `
# Groups
set text v
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
`,
);
