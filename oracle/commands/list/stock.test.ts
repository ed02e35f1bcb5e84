import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "lists",
  String.raw`
# Pushes
set s v
rpush l a b c
lpush l x y
lrange l 0 -1
lpushx none a
rpushx none a
lpushx l p q
rpushx l p q
lrange l 0 -1
lpush s a
rpushx s a
lpush l
rpush l
lpush "\x00\xff" "" "\r\n" ""
lrange "\x00\xff" 0 -1
type l
object encoding l
object refcount l
expire l 100
lpush l z
expiretime none
persist l
# Reads
llen l
llen none
llen s
lrange l 1 2
lrange l -3 -1
lrange l -100 100
lrange l 5 2
lrange l 100 200
lrange l x 1
lrange l 1 x
lrange none 0 -1
lrange none x 1
lrange s 0 -1
lrange s x 1
lrange l -9223372036854775808 9223372036854775807
lrange l 9223372036854775807 9223372036854775807
lrange l -9223372036854775808 -9223372036854775808
lindex l 0
lindex l -1
lindex l 100
lindex l -100
lindex l x
lindex none x
lindex s x
lindex l 9223372036854775807
lindex l 01
# Pops
lpop l
rpop l
lpop l 2
rpop l 2
lpop l 0
lpop l -1
lpop l x
lpop l 99999999999999999999
lpop none
lpop none 0
lpop none 3
lpop none x
lpop s
lpop s 1
LPOP s 1 2
RPOP l 1 2
rpop l 9223372036854775807
exists l
rpush l a b c b a
lmpop 1 l left
lmpop 2 none l right count 2
lmpop 2 none none2 left
lmpop 2 none s left
lmpop 2 s l left
lmpop 0 l left
lmpop x l left
lmpop -1 l left
lmpop 1 l up
lmpop 2 l left
lmpop 5 l left
lmpop 1 l left count
lmpop 1 l left count 0
lmpop 1 l left count -1
lmpop 1 l left count x
lmpop 1 l left nope 1
lmpop 1 l left count 1 count 1
lmpop 99999999999 l left
lmpop 1 s up
lmpop 1 l LEFT COUNT 100
exists l
# Edits
rpush l a b c b a
lset l 0 x
lset l -1 y
lset l 5 y
lset l -6 y
lset l 9223372036854775807 y
lset l -9223372036854775808 y
lset l q y
lset none q y
lset none 0 y
lset s q y
linsert l before b n
linsert l AFTER b m
linsert l before zz m
linsert none before b n
linsert s before b n
linsert l middle b n
linsert none middle b n
lrange l 0 -1
lrem l x b
lrem none x b
lrem none 0 b
lrem s 0 b
lrem s x b
lrem l 1 b
rpush l b b c b
lrem l -2 b
lrange l 0 -1
lrem l 0 b
lrem l 0 b
lrem l -9223372036854775808 c
lrange l 0 -1
ltrim l x 1
ltrim l 0 x
ltrim none x 1
ltrim none 0 1
ltrim s 0 1
ltrim l 1 -2
lrange l 0 -1
ltrim l 5 1
exists l
rpush one a
lrem one 0 a
exists one
# Places
rpush l a b c b a b
lpos l b
lpos l b rank 2
lpos l b rank -1
lpos l b rank -3
lpos l b rank 9
lpos l b rank 0
lpos l b rank x
lpos l b rank -9223372036854775808
lpos l b rank 9223372036854775807
lpos l b rank -9223372036854775807 count 0
lpos l b count 0
lpos l b count 2
lpos l b count 9 rank 2
lpos l b count 0 rank -1
lpos l b count -1
lpos l b count x
lpos l b maxlen 0
lpos l b maxlen 1
lpos l b maxlen 2 count 0
lpos l b maxlen 1 rank -1 count 0
lpos l b maxlen -1
lpos l b maxlen x
lpos l b rank
lpos l b nope 1
lpos l b RANK 1 RANK 2
lpos l zz
lpos l zz count 0
lpos none b
lpos none b count 1
lpos none b rank 0
lpos none b nope
lpos s b
lpos s b rank 0
# Moves
lmove l l2 left right
lmove l l2 RIGHT LEFT
lmove l l2 left left
lrange l2 0 -1
lmove l l left right
lmove l l right right
lmove l l left left
lrange l 0 -1
lmove none l left right
lmove none s left right
lmove none l up right
lmove s l left right
lmove l s left right
lmove l l2 left down
rpoplpush l l2
rpoplpush l l
rpoplpush none l
rpoplpush s l
rpoplpush l s
rpush lone a
lmove lone lone left right
rpoplpush lone lone2
exists lone
lrange lone2 0 -1
expire l2 1000
rpoplpush l l2
expire l2 2000 gt
# Calls that would wait
rpush l a b c d e f g h
blpop l x
blpop l -1
blpop l -0.0001
blpop l 1e30
blpop l inf
blpop l nan
blpop l 0x10
blpop l " 1"
blpop l 1.5abc
blpop l ""
blpop none l 1
brpop none l 0
blpop none s 1
blpop s none 1
blpop l
rpush l a b c d e f
blmove l l2 left right 1
blmove l l2 up right x
blmove l l2 up right 1
blmove l l2 left right x
blmove s l2 left right 1
blmove l s left right 1
brpoplpush l l2 1
brpoplpush l l2 x
brpoplpush l s 1
blmpop 1 0 l left
blmpop x 0 l left
blmpop x 1 l up
blmpop x 1 l left
blmpop 1 1 l up
blmpop 1 2 none l left count 2
blmpop 1 1 l left count x
blmpop 1 1 s left
lrange l 0 -1
blpop none 0.01
brpop none none2 0.01
blmove none l left left 0.01
brpoplpush none l 0.01
blmpop 0.01 1 none left
# In transactions nothing waits
multi
blpop none 0
brpop none none2 0
blmove none l left left 0
brpoplpush none l 0
blmpop 0 1 none left
blmpop 0 2 none s left
rpush l a
blpop l 0
blpop none x
exec
# Payloads and other commands on lists
del l l2
rpush l a b 1 -5 70000 "" xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
dump l
copy l c
lrange c 0 -1
rename c c2
lrange c2 0 -1
scan 0 type list count 1000
object encoding c2
get l
hget l a
sadd l a
append l a
# In RESP3
hello 3
lrange l 0 1
lindex l 100
lpop none 1
lpos l zz
lmpop 1 none left
lmpop 1 l left
blpop l 1
blpop none 0.01
blmove none l left left 0.01
# What COMMAND says of them
command info lpush lmpop blpop blmpop lmove
command getkeys lmpop 2 a b left
command getkeysandflags blmpop 0 2 a b left
command getkeysandflags lmove a b left right
command getkeysandflags lpop a
command getkeysandflags llen a
command getkeysandflags lset a 0 b
command getkeysandflags lrem a 0 b
command getkeysandflags linsert a before b c
command getkeysandflags blpop a b 0
command getkeysandflags lpos a b
command getkeys lmpop 3 a left
`,
);
