import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "counters",
  String.raw`
# Counting
set s v
sadd set x
pfadd h
get h
pfadd h
pfadd h a b c
get h
pfadd h a
pfcount h
get h
pfcount h
pfcount none
pfcount none h
pfcount none none
object encoding h
pfadd s a
pfadd set a
pfcount s
pfcount set
pfcount none s
pfadd "\x00" "" "\x00" "1234567" "12345678" "123456789"
get "\x00"
pfcount "\x00"
# Merging
pfadd i c d e f
pfmerge m h i
get m
pfcount m
pfmerge new
get new
pfmerge new none
pfmerge s h
pfmerge h s
pfmerge h set
pfmerge set h
pfcount h i
# Insides
pfdebug encoding h
pfdebug decode h
pfdebug nope h
pfdebug nope none
pfdebug getreg none
pfdebug encoding s
pfdebug encoding set
pfdebug todense h
pfdebug todense h
pfdebug encoding h
pfdebug decode h
get h
pfcount h
get h
pfmerge i h
pfdebug encoding i
pfdebug getreg i
pfselftest x
# From sparse to dense
config set hll-sparse-max-bytes 30
pfadd small a b c d e f g
pfdebug encoding small
pfadd small h i j k l m n
pfdebug encoding small
get small
config set hll-sparse-max-bytes 0
pfadd none0 a
pfdebug encoding none0
config set hll-sparse-max-bytes 3000
# What is no counter, or a broken one
set c HYLL
pfcount c
set c "HYLL\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x7f\xff"
pfcount c
set c "HYLL\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x7f\xff"
pfcount c
set c "HYLL\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x7f\xff"
pfcount c
set c "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xfe"
pfcount c
pfcount c none
pfmerge d c
pfadd c a b c d e f g h
pfdebug todense c
pfdebug getreg c
set c "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x80\x80\x80\x84\x7f\xfb"
pfcount c
pfdebug decode c
pfadd c x
pfdebug decode c
pfcount c
# Only a count that is new is a change for those who watch
pfadd w a
watch w
pfcount w
multi
exec
watch w
pfcount w
multi
exec
set w "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xfe"
watch w
pfcount w
multi
exec
# Keys
command getkeysandflags pfcount a b
command getkeysandflags pfmerge a b c
command getkeysandflags pfadd a b
command getkeysandflags pfdebug getreg a
`,
);
