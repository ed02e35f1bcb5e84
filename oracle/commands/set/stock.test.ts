import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "sets",
  `
# Members
set s v
sadd a 1 2 3 3
sadd a 3 4
sadd s 1
srem a 4 5
srem none 1
srem s 1
sismember a 1
sismember none 1
sismember s 1
smismember a 1 9
smismember none 1 9
smismember s 1
smembers a
smembers none
smembers s
scard a
scard none
scard s
sadd one x
srem one x
exists one
dump a
# Moves
smove none s x
smove s none x
smove a s 1
smove a s 9
smove none none x
smove a a 1
smove a a 9
smove a b 1
smove a b 1
smembers b
object encoding b
smove b a 1
exists b
# Draws
sadd p 1 2 3 4 5 6 7 8 9 x
srandmember p
srandmember none
srandmember s
srandmember p 3
srandmember p -20
srandmember p 100
srandmember p 0
srandmember p x
srandmember s x
srandmember p 1 2
srandmember none -9223372036854775808
srandmember none 9223372036854775807
spop p
spop p 2
spop p 0
spop none
spop none 3
spop s
spop s 0
spop s -1
spop p -1
spop p x
spop p 1 2
object encoding p
spop p 6
object encoding p
spop p 100
exists p
# Algebra
sadd x 1 2 3 a
sadd y 2 3 4
sinter x y
sinter x none
sinter x s
sinter none s
sinter s none
sunion x y none
sunion none s
sdiff x y
sdiff x none y
sdiff none s
sinterstore d x y
object encoding d
sunionstore d x y
object encoding d
sdiffstore d x x
exists d
sinterstore d none s
set d v ex 1000
sunionstore d x
ttl d
sintercard 2 x y
sintercard 2 x y limit 1
sintercard 2 x y limit 0
sintercard 2 x y limit
sintercard 2 x y limit x
sintercard 2 x y limit -1
sintercard 2 x y limit 5 limit 1
sintercard 2 x y nope
sintercard 0 x
sintercard x y
sintercard 3 x y
sintercard 2 none s
sintercard 9223372036854775807 x
# Walks
sscan x 0
sscan x 0 match [0-9] count 100
sscan x 0 count 0
sscan x 0 type set
sscan x z
sscan s z
sscan s 0 count 0
sscan none 0 count 0
# Encodings
object encoding y
sadd e 01
object encoding e
sadd e1 -0
object encoding e1
sadd e2 9223372036854775807 -9223372036854775808
object encoding e2
dump e2
sadd e3 9223372036854775808
object encoding e3
sadd e4 1 x
srem e4 x
object encoding e4
dump e4
config set set-max-intset-entries 3
sadd e5 1 2 3
object encoding e5
sadd e6 1 2 3 4
object encoding e6
srem e6 4
object encoding e6
sadd e7 1 2 3 4 5 6 7
sadd e8 1
sadd e9 2
sadd e10 3
sadd e11 4 5 6
sdiffstore e12 e7 e8 e9 e10 e11
object encoding e12
sdiffstore e12 e7 e7
config set set-max-intset-entries 512
# In RESP3
hello 3
smembers x
smembers none
sinter x y
sdiff none
srandmember x 2
srandmember none
spop none
spop x 0
spop x 2
sscan y 0
command getkeysandflags smove a b c
command getkeysandflags sinterstore a b c
command getkeysandflags sunionstore a b c
command getkeysandflags sintercard 2 a b
command getkeys sintercard 3 a b
command getkeys sintercard x a b
command getkeys sintercard 1x a b
command info sadd spop sintercard
`,
);
