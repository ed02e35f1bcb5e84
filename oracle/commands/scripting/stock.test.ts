import { testAgainstStock } from "../../../src/testing/oracle-tables.ts";

await testAgainstStock(
  "scripts",
  String.raw`
# Values that scripts give
eval "return 1" 0
eval "return -3.99" 0
eval "return 3.99" 0
eval "return 12345678901234567890" 0
eval "return 'a'" 0
eval "return \"a b\"" 0
eval "return nil" 0
eval "return true" 0
eval "return false" 0
eval "return" 0
eval "" 0
eval " " 0
eval "return {1,nil,3}" 0
eval "return {1,{2,'x'},true,false,4}" 0
eval "return {}" 0
eval "return {ok='fine'}" 0
eval "return {err='My Err'}" 0
eval "return redis.status_reply('fine')" 0
eval "return redis.error_reply('X')" 0
eval "return redis.error_reply('X y')" 0
eval "return redis.error_reply('-X y')" 0
eval "return redis.sha1hex('abc')" 0
eval "return KEYS" 2 a b c
eval "return ARGV" 2 a b c d
eval "return {KEYS[1],ARGV[1],#KEYS,#ARGV}" 1 a b
eval "return KEYS[5]" 1 a
eval "return ARGV[0]" 0 a
eval "return 1;" 0
# Numbers of keys
eval "return 1" -1
eval "return 1" 5
eval "return 1" x
eval "return 1" 99999999999999999999
eval "return 1"
evalsha x 0
evalsha 0000000000000000000000000000000000000000 x
evalsha 0000000000000000000000000000000000000000 0
evalsha 0000000000000000000000000000000000000000 5
# Calls
set text v
eval "return redis.call('get',KEYS[1])" 1 text
eval "return redis.call('GET',KEYS[1])" 1 none
eval "return redis.call('set',KEYS[1],ARGV[1])" 1 k v2
get k
eval "redis.call('set','x','1') redis.call('incr','x'); return redis.call('get','x')" 0
eval "return redis.call('lpush',KEYS[1],'a')" 1 text
eval "return redis.pcall('lpush',KEYS[1],'a')" 1 text
eval "return {redis.call('set','x','1'), redis.pcall('lpush','x',1), redis.call('get','x')}" 0
eval "return\nredis.call('lpush','x','1')" 0
eval "redis.call('set','y','1')\n\nredis.call('lpush','y','1')\nreturn 1" 0
get y
eval "return redis.call(unpack(ARGV))" 0 mget text none k
eval "return redis.call(unpack(ARGV))" 0
eval "return redis.call('rpush',KEYS[1],unpack(ARGV))" 1 l a b c
eval "return redis.call('lrange',KEYS[1],0,-1)" 1 l
eval "return redis.call()" 0
eval "return redis.call(1)" 0
eval "return redis.call('get',{})" 0
eval "return redis.call('get',nil)" 0
eval "return redis.call('get',true)" 0
eval "return redis.call('get')" 0
eval "return redis.call('nope')" 0
eval "return redis.call('object')" 0
eval "return redis.call('object','nope')" 0
eval "return redis.call('object','encoding','text')" 0
eval "return redis.call('echo',1.5)" 0
eval "return redis.call('echo',100)" 0
eval "return redis.call('echo',12345678901234567890)" 0
eval "return redis.pcall('get')" 0
eval "return redis.call('blpop','l','0')" 0
eval "return redis.call('eval','return 1','0')" 0
eval "return redis.call('multi')" 0
eval "return redis.call('config','get','maxmemory')" 0
eval "return redis.call('hello')" 0
eval "return redis.call('client','id')" 0
eval "return redis.call('ping')" 0
eval "return redis.call('lmpop','1','none','left')" 0
eval "return redis.call('xadd','s','1-1','f','v')" 0
eval "return redis.call('xread','block',0,'streams','s','0')" 0
eval "return redis.call('xread','streams','s','0')" 0
eval "return redis.call('blmpop','0','1','none','left')" 0
eval "return redis.call('sadd','set','a','b','c')" 0
eval "return redis.call('smembers','set')" 0
eval "return redis.call('hset','h','f','v','g','w')" 0
eval "return redis.call('hgetall','h')" 0
eval "return redis.call('zadd','z','1.5','m')" 0
eval "return redis.call('zscore','z','m')" 0
eval "return redis.call('incrbyfloat','float','1.25')" 0
eval "return redis.call('select','3')" 0
eval "redis.call('select','3') return redis.call('set','in3','v')" 0
exists in3
select 3
get in3
select 0
eval_ro "return redis.call('get','text')" 0
eval_ro "return redis.call('set','a','b')" 0
eval_ro "return redis.pcall('set','a','b')" 0
eval_ro "return redis.call('publish','a','b')" 0
eval_ro "return redis.call('pfcount','none')" 0
eval "return redis.call('publish','a','b')" 0
exists a
# Scripts by name
script load "return 5"
evalsha 4ca238f611c9d0ae4e9a75a5dbac22aedc1e44c2 0
script exists 4ca238f611c9d0ae4e9a75a5dbac22aedc1e44c2 4CA238F611C9D0AE4E9A75A5DBAC22AEDC1E44C2 x
script flush
script exists 4ca238f611c9d0ae4e9a75a5dbac22aedc1e44c2
eval "return 5" 0
eval "return 5" 9
script load "return redis.call('get',KEYS[1])"
evalsha fd758d1589d044dd850a6f05d52f2eefd27f033f 1 text
EVALSHA FD758D1589D044DD850A6F05D52F2EEFD27F033F 1 text
evalsha_ro fd758d1589d044dd850a6f05d52f2eefd27f033f 1 text
evalsha fd758d1589d044dd850a6f05d52f2eefd27f033f 2 text
script load "local a = 1 return a"
script load "retur"
eval "retur" 0
eval "local x = 1 return x" 0
eval "#!lua\nreturn 1" 0
eval "#!luax\nreturn 1" 0
eval "#!lua flags=x\nreturn 1" 0
eval "error('x')" 0
script flush async
script flush sync
script flush x
script flush async y
script flush ""
script kill
script debug no
script debug x
script debug
script load
script exists
script help
script nope
script
# Functions
fcall x 0
fcall x y
fcall x
function list
function stats
function dump
function load x
function load "#!lua name=a"
function load "#!lua\nreturn 1"
function load "#!lua nme=a\nreturn 1"
function load "#!lua name=a name=b\nreturn 1"
function load "#!lua name=a-b\nreturn 1"
function load "#!lua name=\nreturn 1"
function load "#!js name=a\nreturn 1"
function load "#!lua name=a\nreturn 1"
function load nope "#!lua name=a\nredis.register_function('f', function(k,a) return 1 end)"
function load "#!lua name=a\nredis.register_function('f', function(k,a) return 1 end)"
function load "#!lua name=a\nredis.register_function('f', function(k,a) return 1 end)"
function load replace "#!lua name=a\nredis.register_function('f', function(k,a) return 2 end)"
function load REPLACE "#!lua name=b\nredis.register_function('f', function(k,a) return 2 end)"
function load "#!LUA name=b\nredis.register_function('g', function(k,a) return 2 end)"
fcall f 0
fcall f x
fcall_ro f 0
function list
function list withcode
function list libraryname a
function list libraryname x*
function list libraryname ? withcode
function list nope
function list "\r\n"
function list "a\r\nb\r\n"
function list libraryname
function list withcode withcode
function stats
function dump
function delete x
function delete a
function delete a
function list
function flush
function flush sync
function flush x
function flush sync x
function list
function kill
function restore x
function restore x nope
function restore x append y
function restore
function help
function nope
# In transactions
multi
eval "return redis.call('set','tx','1')" 0
eval "return redis.call('incr','tx')" 0
fcall x 0
script exists x
exec
watch tx
eval "return redis.call('set','tx','1')" 0
multi
ping
exec
# In RESP3
hello 3
eval "return true" 0
eval "return nil" 0
eval "return {1,false,2}" 0
eval "return redis.call('hgetall','h')" 0
eval "return redis.call('smembers','set')" 0
eval "return redis.call('zscore','z','m')" 0
eval "return redis.call('get','none')" 0
eval "return 3.5" 0
function list
function stats
# What COMMAND says of them
command info eval evalsha_ro fcall script function
command getkeysandflags eval s 2 a b c
command getkeysandflags eval s 0
command getkeysandflags eval s x
command getkeysandflags eval s 3 a
command getkeysandflags evalsha_ro s 1 a
command getkeysandflags fcall f 1 a
command getkeys script load x
`,
);
