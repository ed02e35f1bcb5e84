import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "sorted sets",
  String.raw`
# Members and their scores
set s v
sadd st a b
zadd z 1 a 2 b 3 c
zadd z 1 a 5 b 4 d
zadd z ch 1 a 6 b 5 e
zadd z nx 9 a 9 f
zadd z xx 8 a 8 none
zadd z gt 7 a 9 b
zadd z lt ch 7 a 10 b
zadd z gt ch 1 new
zadd z incr 1.5 a
zadd z nx incr 1 a
zadd z xx incr 1 none
zadd z gt incr -1 a
zadd none xx 1 a
zadd none xx incr 1 a
zadd z nx xx 1 a
zadd z nx gt 1 a
zadd z gt lt 1 a
zadd z incr 1 a 2 b
zadd z nope 1 a
zadd z 1 a 2
zadd z nx ch
zadd z x a
zadd s x a
zadd s 1 a
zadd z nan a
zadd z 1e400 a
zadd z 1e-400 a
zadd z " 1" a
zadd z "1 " a
zadd z "" a
zadd z 1 q x w
zscore z q
zincrby z 1 a
zincrby z x a
zincrby z nx a
zincrby s 1 a
zincrby none2 -0.5 a
zadd z inf i -inf j
zincrby z -inf i
zincrby z inf i
zscore z i
zscore z none
zscore none a
zscore s a
zmscore z a none j
zmscore none a b
zmscore s a
zcard z
zcard none
zcard s
zrank z a
zrank z none
zrank none a
zrank s a
zrevrank z a
zrem z none i j
zrem none a
zrem s a
zrem none2 a
exists none2
dump z
# Scores as texts
zadd t 0.1 a 3.0 b -0 c 1e17 d 123456789012345680000 e 1e-7 f 0x1p-1074 g 0x1.8p1 h 2.98023223876953125e-08 i
zrange t 0 -1 withscores
zadd t 1e22 j 0.00001 k 0.0001 l 17179869184.1 m 9007199254740993 n 4503599627370497.5 o .5 p 5. q +inf r INFINITY u 1.7976931348623157e308 v
zrange t 0 -1 withscores
zscan t 0
zincrby t 0.1 a
zincrby t -0 c
# Ranges by rank
zrange z 0 -1
zrange z 1 2 withscores
zrange z 2 1
zrange z -100 100
zrange z 5 100
zrange z -2 -1 rev
zrange z 0 1 rev withscores
zrange z a 1
zrange z 0 1 limit 0 1
zrange z 0 1 limit 3 -1
zrange s 0 1
zrange none 0 1
zrange s a 1
zrange z 0 1 nope
zrange z 0 1 limit 1
zrevrange z 0 1 withscores
zrevrange z 0 1 rev
zrevrange z 0 1 byscore
# Ranges by score
zadd r 1 a 2 b 2 c 3 d 4 e
zrange r 2 3 byscore
zrange r (2 3 byscore withscores
zrange r (2 (3 byscore
zrange r -inf +inf byscore limit 1 2
zrange r -inf +inf byscore limit -1 2
zrange r -inf +inf byscore limit 1 -5
zrange r -inf +inf byscore limit 100 1
zrange r 3 2 byscore rev
zrange r +inf (2 byscore rev limit 0 1
zrange r x 3 byscore
zrange r "" 3 byscore
zrange r "(" 3 byscore
zrange r " 2" 3 byscore
zrange r "2 " 3 byscore
zrange r nan 3 byscore
zrange r 2 "3\x00x" byscore
zrange r 1e400 -1e400 byscore rev
zrange r 0x2 3 byscore
zrangebyscore r 2 3 withscores limit 0 1
zrangebyscore r 2 3 limit 0 x
zrangebyscore r 2 3 byscore
zrangebyscore s x 3
zrevrangebyscore r 3 2
zrevrangebyscore r 3 2 rev
zcount r 2 3
zcount r (2 +inf
zcount r x 3
zcount none 1 2
zcount s 1 2
# Ranges by member
zadd l 0 a 0 b 0 c 0 d 0 ""
zrange l - + bylex
zrange l [b (d bylex
zrange l (a [b bylex
zrange l + - bylex rev limit 1 2
zrange l [d [b bylex rev
zrange l [b [b bylex
zrange l (b [b bylex
zrange l + + bylex
zrange l [ [ bylex
zrange l b [c bylex
zrange l -x + bylex
zrange l "-\x00x" + bylex
zrange l - + bylex withscores
zrange l - + bylex byscore
zrange l 0 -1 bylex
zrangebylex l - [c limit 1 -1
zrangebylex l - + withscores
zrevrangebylex l [c -
zlexcount l - +
zlexcount l [b [c
zlexcount l b c
zlexcount none - +
zlexcount s - +
zadd mixed 1 c 2 b 3 a 4 d
zrangebylex mixed [b +
zrangebylex mixed - (c
zrevrangebylex mixed [b -
zlexcount mixed [b [c
zrangebylex mixed [b + limit 1 2
# Ranges stored and removed
zrangestore d z 0 2
zrange d 0 -1 withscores
set d v ex 1000
zrangestore d z 0 0
ttl d
zrangestore d none 0 1
exists d
zrangestore d s 0 1
zrangestore d r 2 3 byscore limit 1 1
zrangestore d l - [b bylex
zrangestore d z 0 1 withscores
zrangestore d z 0 1 rev
zremrangebyrank r x 1
zremrangebyrank s 0 1
zremrangebyrank r 0 0
zremrangebyrank r -1 -1
zremrangebyrank r 5 9
zremrangebyscore r 2 2
zremrangebyscore r x 2
zremrangebyscore s 1 2
zremrangebylex l [a (c
zremrangebylex l a c
zremrangebylex mixed [b +
zrange mixed 0 -1
zremrangebyscore r -inf inf
exists r
# Pops
zadd p 1 a 2 b 3 c 4 d
zpopmin p
zpopmax p 2
zpopmin p 0
zpopmin p -1
zpopmin p x
zpopmin p 1 1
zpopmin s
zpopmin s 0
zpopmin s x
zpopmin none
zpopmin none 5
zpopmin p 100
exists p
zadd p 1 a 2 b 3 c 4 d
zmpop 1 p min
zmpop 2 none p max count 2
zmpop 2 none s min
zmpop 2 p s min
zmpop 1 none min
zmpop 0 p min
zmpop x p min
zmpop 1 p nope
zmpop 2 p min
zmpop 1 p min count 0
zmpop 1 p min count x
zmpop 1 p min count
zmpop 1 p min count 1 count 1
zmpop 1 p min nope 1
# Calls that would wait
del p
zadd p 1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h
bzpopmin p x
bzpopmin p -1
bzpopmin s x
bzpopmin s 1
bzpopmin none s 1
bzpopmin s none 1
bzpopmin p
bzpopmin none p 1
bzpopmax p none 0
bzpopmin none 0.01
bzpopmax none none2 0.01
bzmpop 1 0 p min
bzmpop x 0 p min
bzmpop x 1 p nope
bzmpop x 1 p min
bzmpop -1 1 p min
bzmpop 1 1 p nope
bzmpop 1 2 p min
bzmpop 1 2 none p min
bzmpop 1 1 p max count 2
bzmpop 1 1 p max count x
bzmpop 1 1 p max count 0
bzmpop 1 1 p max count 1 count 1
bzmpop 1 1 s min
bzmpop 1 1 p max count 100
bzmpop 0.01 1 p min
exists p
# In transactions nothing waits
multi
bzpopmin none 0
bzpopmax none none2 0
bzmpop 0 1 none min
bzmpop 0 2 none s min
zadd p 1 a 2 b
bzpopmin p 0
bzmpop 0 1 p max
bzpopmin none x
exec
# Algebra
zadd x 1 a 2 b 3 c
zadd y 10 b 20 c 30 d
zunion 2 x y
zunion 2 x y withscores
zunion 2 x y weights 2 0.5 withscores
zunion 2 x y aggregate min withscores
zunion 2 x y aggregate max weights 1 -1 withscores
zunion 3 x y st withscores
zinter 3 x y none
zinter 2 x y withscores
zinter 2 x st withscores
zinter 2 x x withscores
zdiff 2 x y withscores
zdiff 2 none y
zdiff 1 x weights 1
zadd inf inf a
zadd ninf -inf a
zunion 2 inf ninf withscores
zunion 1 inf weights 0 withscores
zinter 2 inf ninf aggregate min withscores
zinter 2 x inf weights 1 0 withscores
zunion 0 x
zunion x y
zunion 3 x y
zunion 2 x s
zunion 2 x y nope
zunion 2 x y weights 1
zunion 2 x y weights 1 x
zunion 2 x y weights 1 nan
zunion 2 x y aggregate
zunion 2 x y aggregate nope
zunionstore d 2 x y
zunionstore d 2 x y withscores
zunionstore d 0 x
zinterstore d 2 x y weights 1 2 aggregate max
zrange d 0 -1 withscores
zdiffstore d 2 x y
zdiffstore d 2 x x
exists d
zdiffstore d 0 x
zintercard 2 x y
zintercard 2 x y limit 1
zintercard 2 x y limit 0
zintercard 2 x y limit x
zintercard 2 x y limit -1
zintercard 2 x y nope
zintercard 0 x
zintercard 2 x s
# Draws and walks
zrandmember x
zrandmember none
zrandmember s
zrandmember s x
zrandmember x 2
zrandmember x -9
zrandmember x 9 withscores
zrandmember x 0
zrandmember x 2 nope
zrandmember none -9223372036854775808
zrandmember none 4611686018427387904 withscores
zscan x 0
zscan x 0 match a count 5
zscan x 0 count 0
zscan x z
zscan s z
zscan none 0 count 0
# Encodings
object encoding z
config set zset-max-listpack-entries 3
zadd e 1 a 2 b 3 c
object encoding e
zadd e -0 d
object encoding e
dump e
zrange e 0 -1 withscores
zrem e a b c
object encoding e
zadd e2 -0 a
zadd e2 -0 b 0 c -0 d -0 e
zrange e2 0 -1 withscores
zscan e2 0
zunionstore e3 1 e2
object encoding e3
zrangestore e4 e2 0 1
object encoding e4
zrange e4 0 -1 withscores
zrangestore e4 e2 0 -1
zrange e4 0 -1 withscores
zrangestore e4 e2 - + bylex
object encoding e4
zrange e4 0 -1 withscores
zrangestore e4 e2 0 -0 byscore
zrange e4 0 -1 withscores
zrangestore e4 e2 0 -0 byscore rev
zrange e4 0 -1 withscores
zrangestore e4 e2 0 -0 byscore limit 1 3
object encoding e4
zrange e4 0 -1 withscores
zadd e5 1e17 a 2e18 b 1e19 c 4611686018427387904 d -4611686018427387904 e 4611686018427388928 f
zscan e5 0
zrem e5 d e f
zadd e5 1 d
zscan e5 0
config set zset-max-listpack-entries 128
config set zset-max-listpack-value 2
zadd e6 1 ab
object encoding e6
zadd e6 1 abc
object encoding e6
zadd e7 1 abc
object encoding e7
zunionstore e8 1 e6
object encoding e8
config set zset-max-listpack-value 64
# In RESP3
hello 3
zadd x incr 1 a
zadd x nx incr 1 a
zscore x a
zmscore x a none
zincrby x 0.5 a
zrange x 0 -1
zrange x 0 -1 withscores
zrangebyscore x 1 9 withscores
zpopmin none
zpopmin x
zpopmin x 1
zadd x 1 a 2 b
zmpop 1 x min count 2
zmpop 1 none min
zadd x 1 a 2.5 b 3 c
bzpopmin x 1
bzpopmax none 0.01
bzmpop 1 1 x min count 5
bzmpop 0.01 1 none max
zunion 2 x y withscores
zdiff 1 y
zrandmember y 2 withscores
zrandmember y -2
zrandmember none
zscan y 0
zrank none a
command getkeysandflags zmpop 1 a min
command getkeysandflags bzmpop 0 2 a b min
command getkeys bzmpop 0 3 a min
command getkeysandflags bzpopmax a b 0
command info bzpopmin bzmpop
command getkeysandflags zunionstore d 2 a b
command getkeys zunion 3 a b
command getkeys zunion 4294967298 a b
command getkeysandflags zrangestore a b 0 1
command info zadd zrange zunionstore zmpop zrank
`,
);
