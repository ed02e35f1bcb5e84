import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "places",
  `
# Members and their places
set s v
geoadd g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
geoadd g 13.361389 38.115556 Palermo
geoadd g ch 13.4 38.2 Palermo 2.35 48.85 Paris
geoadd g nx 13.361389 38.115556 Palermo 12.5 41.9 Roma
geoadd g xx 13.361389 38.115556 Palermo 1 1 Nowhere
geoadd g XX Ch 13.361389 38.115556 Palermo 15.1 37.5 Catania
geoadd g nx xx 1 1 a
geoadd g nx nx 1 1 a
geoadd g 1 1
geoadd g 1 1 a 1
geoadd g ch ch ch
geoadd g nx ch xx
geoadd g gt 1 1 a
geoadd g incr 1 a
geoadd g x 1 a
geoadd g 1 x a
geoadd g 181 1 a
geoadd g 1 86 a
geoadd g -180.0000001 85.05112878 a
geoadd g 1e30 -1e25 a
geoadd g inf -inf a
geoadd g nan 1 a
geoadd g 1000 0.0078125 a
geoadd g 1 1 good 200 1 bad
geoadd s 1 1 a
geoadd s 200 1 a
geoadd edges 180 85.05112878 ne -180 -85.05112878 sw 180 0 e 0 85.05112878 n 0 0 m 179.999999 0.000001 nearly 180 1.23456789 odd
zrange edges 0 -1 withscores
zrange g 0 -1 withscores
type g
object encoding g
geopos g Palermo Catania none Paris
geopos edges ne sw e n m nearly odd
geopos none a b
geopos g
geopos s a
geohash g Palermo Catania none Paris
geohash edges ne sw e n m nearly odd
geohash none a b
geohash g
geohash s a
geodist g Palermo Catania
geodist g Palermo Catania m
geodist g Palermo Catania KM
geodist g Palermo Catania ft
geodist g Palermo Catania mi
geodist g Palermo Catania x
geodist g Palermo Catania m x
geodist g Palermo none
geodist g none Catania
geodist none a b
geodist none a b x
geodist s a b
geodist s a b x
geodist g Palermo Palermo
geodist edges ne sw
geodist edges ne n
geodist edges m e
geodist edges m sw km
geodist edges nearly e
# Scores that are no places
zadd odd -1 minus 1.5 half inf infinite -inf less 1e19 large 18446744073709551615 top 9007199254740993 full -1e30 far 4503599627370496 behind
geopos odd minus half infinite less large top full far behind
geohash odd minus half infinite less large top full far behind
geodist odd minus infinite
geodist odd less behind
geosearch odd fromlonlat 0 0 byradius 30000 km withhash withdist withcoord
geosearch odd frommember behind bybox 10 10 m withhash
# Searches
geosearch g fromlonlat 15 37 byradius 200 km asc
geosearch g fromlonlat 15 37 byradius 200 km desc withdist withcoord withhash
geosearch g fromlonlat 15 37 byradius 2000 km
geosearch g fromlonlat 15 37 byradius 2000 km count 1
geosearch g fromlonlat 15 37 byradius 2000 km count 2 any
geosearch g fromlonlat 15 37 byradius 2000 km count 2 any desc
geosearch g fromlonlat 15 37 byradius 2000 km count 100 desc
geosearch g fromlonlat 15 37 byradius 2000 km any
geosearch g fromlonlat 15 37 byradius 2000 km count 0
geosearch g fromlonlat 15 37 byradius 2000 km count -1
geosearch g fromlonlat 15 37 byradius 2000 km count x
geosearch g fromlonlat 15 37 byradius 2000 km count
geosearch g fromlonlat 15 37 byradius 2000 km asc desc
geosearch g frommember Paris bybox 4000 4000 km withdist
geosearch g frommember Paris bybox 400 4000 km withdist asc
geosearch g frommember none bybox 400 4000 km
geosearch g frommember Paris frommember Roma byradius 10 km
geosearch g frommember Paris fromlonlat 1 1 byradius 10 km
geosearch g fromlonlat 1 1 frommember Paris byradius 10 km
geosearch g fromlonlat 1 1 fromlonlat 12.5 41.9 byradius 10 km
geosearch g byradius 10 km asc asc asc
geosearch g fromlonlat 1 1 asc asc asc
GeoSearch g fromlonlat 1 1 asc asc asc
geosearch g fromlonlat 1 1 byradius 1 m bybox 1 1 m
geosearch g fromlonlat 1 1 bybox 1 1 m byradius 1 m
geosearch g fromlonlat 1 1 byradius 1 m byradius 5000 km
geosearch g fromlonlat 1 1 byradius -1 m
geosearch g fromlonlat 1 1 byradius x m
geosearch g fromlonlat 1 1 byradius 1 x
geosearch g fromlonlat 1 1 bybox x 1 m
geosearch g fromlonlat 1 1 bybox 1 x m
geosearch g fromlonlat 1 1 bybox -1 1 m
geosearch g fromlonlat 1 1 bybox 1 -1 m
geosearch g fromlonlat 1 1 bybox 1 1 x
geosearch g fromlonlat 1 1 bybox 1 1
geosearch g fromlonlat 200 1 byradius 1 m
geosearch g fromlonlat x 1 byradius 1 m
geosearch g fromlonlat 1 1 byradius 1 m nope
geosearch g fromlonlat 1 1 byradius 1 m store x
geosearch g fromlonlat 1 1 byradius 1 m storedist
geosearch g fromlonlat 1 1 byradius 1 m
geosearch none fromlonlat 1 1 byradius 1 m
geosearch none frommember a byradius 1 m
geosearch none frommember a fromlonlat 1 1 byradius 1 m
geosearch none frommember a byradius x m
geosearch none frommember a asc asc asc
geosearch none frommember a byradius 1 m any
geosearch s fromlonlat 1 1 byradius 1 m
geosearch s fromlonlat x 1 byradius 1 m
geosearch edges fromlonlat 0 0 byradius 30000 km withdist
geosearch edges fromlonlat 180 85 byradius 1000 km withdist
geosearch edges fromlonlat 180 85.05112878 byradius 0 m withdist
geosearch edges fromlonlat -180 -85.05112878 bybox 0 0 m withdist
geosearch edges fromlonlat 180 0 byradius 1 km withdist
geosearch edges fromlonlat 0 0 byradius inf m
geosearch edges fromlonlat 0 0 bybox inf 1 m
geosearch edges fromlonlat 0 85 byradius 600 km
geosearch edges fromlonlat 0 85 byradius 6000 km
geosearch edges fromlonlat 0 85 bybox 600 6000 km
# Searches of the older forms
georadius g 15 37 200 km
georadius g 15 37 200 km withdist withcoord withhash asc
georadius g 15 37 200 km count 1 any
georadius g 15 37 200 km store t
zrange t 0 -1 withscores
georadius g 15 37 200 km storedist t
zrange t 0 -1 withscores
georadius g 15 37 200 km store t storedist t2
exists t2
georadius g 15 37 200 km storedist t store t2
zrange t2 0 -1 withscores
georadius g 15 37 200 km store
georadius g 15 37 200 km store t withdist
georadius g 15 37 200 km store t withcoord
georadius g 15 37 200 km store t withhash
georadius g 1 1 1 m store t
exists t
georadius none 1 1 1 m store t2
exists t2
georadius none 1 1 1 m
georadius none 200 1 1 m
georadius none 1 1 x m
georadius none 1 1 1 x
georadius s 200 1 1 m
georadius g 1 1 1 m byradius 1 m
georadius_ro g 15 37 200 km
georadius_ro g 15 37 200 km store t
georadius_ro g 15 37 200 km storedist t
georadiusbymember g Paris 2000 km withdist
georadiusbymember g none 2000 km
georadiusbymember g Paris x km
georadiusbymember g Paris 1 x
georadiusbymember none a x y
georadiusbymember none a x y store g5
georadiusbymember none a x y any
georadiusbymember s a x y
georadiusbymember g Paris 2000 km store t
zcard t
georadiusbymember_ro g Paris 2000 km desc
georadiusbymember_ro g Paris 2000 km store t
# Searches that are stored
expire t 1000
geosearchstore t g fromlonlat 15 37 byradius 200 km
ttl t
zrange t 0 -1 withscores
geosearchstore t g fromlonlat 15 37 byradius 200 km storedist
zrange t 0 -1 withscores
geosearchstore t g fromlonlat 15 37 byradius 200 mi storedist count 1
zrange t 0 -1 withscores
geosearchstore t g fromlonlat 15 37 byradius 200 km withdist
geosearchstore t g fromlonlat 15 37 asc asc asc asc
geosearchstore t g byradius 200 km asc asc asc asc
geosearchstore t g fromlonlat 15 37 byradius 200 km store x
geosearchstore t s fromlonlat 15 37 byradius 200 km
geosearchstore s g fromlonlat 15 37 byradius 200 km
type s
geosearchstore t g fromlonlat 1 1 byradius 1 m
exists t
geosearchstore s none fromlonlat 1 1 byradius 1 m
exists s
config set zset-max-listpack-entries 2
geosearchstore t g frommember Paris bybox 9000 9000 km
object encoding t
config set zset-max-listpack-entries 128
# Places equally far
geoadd same 1 1 a 1 1 b 1 1 c 2 2 d
geosearch same fromlonlat 1 1 byradius 200 km asc
geosearch same fromlonlat 1 1 byradius 200 km desc withdist
geosearch same fromlonlat 1 1 byradius 200 km count 2
geosearch same fromlonlat 1 1 byradius 200 km count 2 any
# In RESP3
hello 3
geopos g Palermo none
geohash g Palermo none
geodist g Palermo Catania
geodist g Palermo none
geosearch g fromlonlat 15 37 byradius 200 km asc withdist withcoord withhash
geosearch same fromlonlat 1 1 byradius 200 km desc withcoord
# What COMMAND says of them
command info geoadd geodist geosearch geosearchstore georadius georadius_ro
command getkeysandflags geoadd k 1 2 m
command getkeysandflags geosearchstore d s frommember a byradius 1 m
command getkeysandflags georadius s 1 1 1 m store a STOREDIST b count 1
command getkeysandflags georadius s store x 1 1 storedist storedist x x
command getkeysandflags georadius s 1 1 1 m store
command getkeysandflags georadiusbymember s 1 1 m store a store b
command getkeysandflags georadiusbymember_ro s 1 1 m store a
command getkeys geohash s a
`,
);
