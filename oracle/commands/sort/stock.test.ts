import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "calls of SORT",
  String.raw`
# Lists
rpush l 3 1 -2 10 2.5 1e1 007
sort l
sort l desc
sort l alpha
sort l alpha desc
sort l asc desc asc
sort l limit 1 3
sort l limit -1 2
sort l limit 100 2
sort l limit 2 -1
sort l limit 0 0
sort l limit -5 -5
sort l limit 9223372036854775807 9223372036854775807
sort l limit 1
sort l limit x 1
sort l limit 1 x
sort l nope
sort none
sort none alpha
sort none nope
sort_ro l limit 1 3
sort_ro l store x
sort l store
set s v
hset h a 1
sort s
sort h
sort s nope
sort s store t
rpush words b a c "" "a\x00z" "a\x00b" B
sort words
sort words alpha
sort words desc alpha limit 1 2
rpush empty "" " 1" 1
sort empty
rpush hex 0x10 1 inf -inf infinity
sort hex
rpush nan nan
sort nan
rpush spaced "1 "
sort spaced
# BY and GET
rpush ids 1 2 3 4
mset w_1 40 w_2 30 w_3 20 o_1 one o_2 two o_3 three
sort ids by w_*
sort ids by w_* desc
sort ids by w_* get o_*
sort ids by w_* get # get o_* get nothing_*
sort ids by w_* get o_
sort ids by w_* limit 1 2 get #
sort ids by nosort
sort ids by "no\x00_*"
sort_ro ids by w_* get "o_\x00*" get "#\x00" get "#\x00*"
sort ids by nosort desc
sort ids by nosort desc limit 1 2
sort ids by nosort get # get w_*
sort ids by "" get #
sort ids by o_*
sort ids by o_* alpha
sort ids by o_* alpha desc
sort ids by missing_*
sort ids by missing_* desc
sort ids by missing_* alpha
hset hw_1 f 3 n x
hset hw_2 f 2
hset hw_3 f 1
sort ids by hw_*->f
sort ids by hw_*->f get hw_*->n
sort ids by hw_*->none get #
sort ids by w_*->f
sort ids by hw_* get #
sort ids by nosort get hw_*->
sort ids by nosort get hw_*
set "hw_1->" arrow
sort ids by nosort get hw_*->
sort ids get *->f
sort ids get ->*
set "->1" x
sort ids get ->*
sort ids get w_*_*
set w_1_* star
sort ids get w_*_*
sort ids get #x
sort ids by
sort ids get
sort ids by w_* by o_* alpha
sort ids by # alpha desc
mset e_1 1 e_2 1 e_3 1 e_4 0
sort ids by e_*
sort ids by e_* desc
sort ids by e_* alpha
sort ids by e_* alpha limit 1 2
# Sets and sorted sets
sadd set 3 1 2 10
sort set
sort set desc alpha
sort set by nosort
sort set by nosort limit 0 2
sort set by nosort get # get w_*
sort set by nosort store kept
lrange kept 0 -1
sort set by nosort desc store kept
lrange kept 0 -1
sort set by w_* get #
sadd members c a b
sort members
sort members alpha
zadd z 3 a 1 b 2 c
object encoding z
sort z
object encoding z
dump z
zadd z2 1 a
sort_ro z2 by nosort limit 0 0
object encoding z2
zadd z3 1 a
sort z3 nope
object encoding z3
sort z alpha
sort z by nosort
sort z by nosort desc
sort z by nosort limit 1 1
sort z by nosort desc limit 0 2
sort z by nosort limit -1 2
sort z by nosort get #
zadd numbers 3 1 1 2 2 3
sort numbers desc
# STORE
sort ids by w_* get # get nothing_* store out
lrange out 0 -1
type out
object encoding out
sort none store out
exists out
sort l desc store l
lrange l 0 -1
expire l 1000
sort l store l
ttl l
sort l limit 100 1 store out
exists out
set out v
sort l limit 0 2 store out store out2
lrange out2 0 -1
get out
sort words alpha store out
lrange out 0 -1
sort ids by o_* store out
# Keys
command getkeys sort a by b get c store d
command getkeysandflags sort a store d store e
command getkeysandflags sort a limit store 2 store x
command getkeysandflags sort_ro a store d
command info sort sort_ro
hello 3
sort ids by w_* get o_*
sort none
sort ids
sort set by nosort
rpush exact 0x1p-1074 0x1.8p-1073 2.2250738585072014e-308
sort exact
# Numbers out of range, after which Redis 7.0 refuses sound ones too: its error number stays set
rpush tiny 1e-400
sort tiny
rpush far 1e400 1
sort far
`,
);
