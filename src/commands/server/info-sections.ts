// INFO's sections about server, clients, memory, persistence, counters and replication.
//
// Role: each function returns the lines of one section. The fields are those of the Redis release this server
// follows, in its order, since tools read them by position as well as by name. What has no meaning here
// (forks, jemalloc, Lua, replicas) shows the value of a Redis that does not use it. Own fields come last.

import { stalePercent } from "../../keyspace/expiry-figures.ts";
import type { CommandContext, ServerView } from "../context.ts";
import type { PersistenceFigures } from "../persistence/views.ts";
import { humanBytes, memoryFigures, ratio } from "./memory-figures.ts";
import { compatibleRedisVersion } from "./redis-version.ts";
import type { ReplicaView } from "./replication-view.ts";

export type Lines = readonly string[];

export function serverLines({ server }: CommandContext): Lines {
  const host = server.host();
  const wallMs = server.wallMs();
  const uptime = Math.max(0, Math.floor((wallMs - server.startedMs) / 1000));
  return [
    `redis_version:${compatibleRedisVersion}`,
    "redis_git_sha1:00000000",
    "redis_git_dirty:0",
    "redis_build_id:0000000000000000",
    `redis_mode:${server.cluster === undefined ? "standalone" : "cluster"}`,
    `os:${host.os}`,
    "arch_bits:64",
    "monotonic_clock:POSIX clock_gettime",
    "multiplexing_api:libuv",
    "atomicvar_api:ecmascript-atomics",
    "gcc_version:0.0.0",
    `process_id:${host.pid}`,
    "process_supervised:no",
    `run_id:${host.runId}`,
    `tcp_port:${server.config.port || server.config.tlsPort}`,
    `server_time_usec:${Math.floor(server.wallUs())}`,
    `uptime_in_seconds:${uptime}`,
    `uptime_in_days:${Math.floor(uptime / 86400)}`,
    `hz:${server.config.hz}`,
    `configured_hz:${server.config.hz}`,
    `lru_clock:${Math.floor(wallMs / 1000) % 2 ** 24}`,
    `executable:${host.executable}`,
    `config_file:${server.configFile}`,
    "io_threads_active:0",
    `shadis_version:${host.version}`,
    `shadis_shards:${server.shardCount}`,
    `shadis_node_version:${host.nodeVersion}`,
  ];
}

export function clientLines({ server }: CommandContext): Lines {
  let inputMax = 0;
  let outputMax = 0;
  for (const client of server.clients()) {
    inputMax = Math.max(inputMax, client.pendingQueryBytes);
    outputMax = Math.max(outputMax, client.queuedOutputBytes);
  }
  return [
    `connected_clients:${server.clientCount()}`,
    "cluster_connections:0",
    `maxclients:${server.maxClients}`,
    `client_recent_max_input_buffer:${inputMax}`,
    `client_recent_max_output_buffer:${outputMax}`,
    `blocked_clients:${server.blockedCount()}`,
    `tracking_clients:${server.tracking.clientCount}`,
    `clients_in_timeout_table:${server.timedCount()}`,
  ];
}

export function memoryLines({ server }: CommandContext): Lines {
  const figures = memoryFigures(server);
  const { usedBytes, peakBytes, residentBytes, arenaBytes, arenaPageBytes } = figures;
  const host = server.host();
  const scripts = server.scripting.figures;
  const { luaBytes, cachedBytes, functionBytes } = scripts;
  const { maxmemory, maxmemoryPolicy } = server.config;
  return [
    `used_memory:${usedBytes}`,
    `used_memory_human:${humanBytes(usedBytes)}`,
    `used_memory_rss:${residentBytes}`,
    `used_memory_rss_human:${humanBytes(residentBytes)}`,
    `used_memory_peak:${peakBytes}`,
    `used_memory_peak_human:${humanBytes(peakBytes)}`,
    `used_memory_peak_perc:${percent(usedBytes, peakBytes)}`,
    `used_memory_overhead:${figures.overheadBytes}`,
    `used_memory_startup:${figures.startupBytes}`,
    `used_memory_dataset:${figures.datasetBytes}`,
    `used_memory_dataset_perc:${percent(figures.datasetBytes, usedBytes - figures.startupBytes)}`,
    `allocator_allocated:${arenaBytes}`,
    `allocator_active:${arenaPageBytes}`,
    `allocator_resident:${arenaPageBytes}`,
    `total_system_memory:${host.totalSystemBytes}`,
    `total_system_memory_human:${humanBytes(host.totalSystemBytes)}`,
    `used_memory_lua:${luaBytes}`,
    `used_memory_vm_eval:${luaBytes}`,
    `used_memory_lua_human:${humanBytes(luaBytes)}`,
    `used_memory_scripts_eval:${cachedBytes}`,
    `number_of_cached_scripts:${scripts.cachedCount}`,
    `number_of_functions:${scripts.functionCount}`,
    `number_of_libraries:${scripts.libraryCount}`,
    "used_memory_vm_functions:0", // Functions live in the machine of the scripts.
    `used_memory_vm_total:${luaBytes}`,
    `used_memory_vm_total_human:${humanBytes(luaBytes)}`,
    `used_memory_functions:${functionBytes}`,
    `used_memory_scripts:${cachedBytes + functionBytes}`,
    `used_memory_scripts_human:${humanBytes(cachedBytes + functionBytes)}`,
    `maxmemory:${maxmemory}`,
    `maxmemory_human:${humanBytes(maxmemory)}`,
    `maxmemory_policy:${maxmemoryPolicy}`,
    `allocator_frag_ratio:${ratio(arenaPageBytes, arenaBytes).toFixed(2)}`,
    `allocator_frag_bytes:${arenaPageBytes - arenaBytes}`,
    `allocator_rss_ratio:${arenaPageBytes === 0 ? "0.00" : "1.00"}`,
    "allocator_rss_bytes:0",
    `rss_overhead_ratio:${ratio(residentBytes, arenaPageBytes).toFixed(2)}`,
    `rss_overhead_bytes:${residentBytes - arenaPageBytes}`,
    `mem_fragmentation_ratio:${ratio(residentBytes, usedBytes).toFixed(2)}`,
    `mem_fragmentation_bytes:${residentBytes - usedBytes}`,
    "mem_not_counted_for_evict:0",
    "mem_replication_backlog:0",
    `mem_total_replication_buffers:${server.replication.keptBytes}`,
    `mem_clients_slaves:${server.replication.keptBytes}`,
    `mem_clients_normal:${figures.clientBytes}`,
    "mem_cluster_links:0",
    "mem_aof_buffer:0",
    "mem_allocator:shadis-arena",
    "active_defrag_running:0",
    `lazyfree_pending_objects:${sum(server, (shard) => shard.pendingFrees)}`,
    `lazyfreed_objects:${sum(server, (shard) => shard.collections.freedLater)}`,
    `shadis_heap_used_bytes:${host.heapUsedBytes}`,
    `shadis_arena_bytes:${arenaBytes}`,
    `shadis_arena_pages_bytes:${arenaPageBytes}`,
    `shadis_dict_bytes:${figures.dictBytes}`,
  ];
}

export function persistenceLines({ server }: CommandContext): Lines {
  const { persistence } = server;
  const { figures } = persistence;
  const { log } = figures;
  const { heldBytes, keysProcessed, keysTotal, loading } = figures;
  // "Copied on write" is what a snapshot holds beside the data.
  return [
    `loading:${loading === undefined ? 0 : 1}`,
    "async_loading:0",
    `current_cow_peak:${heldBytes}`,
    `current_cow_size:${heldBytes}`,
    "current_cow_size_age:0",
    `current_fork_perc:${(ratio(keysProcessed, keysTotal) * 100).toFixed(2)}`,
    `current_save_keys_processed:${keysProcessed}`,
    `current_save_keys_total:${keysTotal}`,
    `rdb_changes_since_last_save:${figures.changes}`,
    `rdb_bgsave_in_progress:${persistence.isSaving ? 1 : 0}`,
    `rdb_last_save_time:${figures.lastSave}`,
    `rdb_last_bgsave_status:${figures.isLastSaveOk ? "ok" : "err"}`,
    `rdb_last_bgsave_time_sec:${figures.lastDuration}`,
    `rdb_current_bgsave_time_sec:${figures.currentDuration}`,
    `rdb_saves:${figures.saves}`,
    `rdb_last_cow_size:${figures.lastHeldBytes}`,
    `rdb_last_load_keys_expired:${figures.keysExpired}`,
    `rdb_last_load_keys_loaded:${figures.keysLoaded}`,
    `aof_enabled:${log.isOn ? 1 : 0}`,
    `aof_rewrite_in_progress:${log.isRewriting ? 1 : 0}`,
    `aof_rewrite_scheduled:${log.isScheduled ? 1 : 0}`,
    `aof_last_rewrite_time_sec:${log.lastDuration}`,
    `aof_current_rewrite_time_sec:${log.currentDuration}`,
    `aof_last_bgrewrite_status:${log.isLastRewriteOk ? "ok" : "err"}`,
    `aof_rewrites:${log.rewrites}`,
    `aof_rewrites_consecutive_failures:${log.failuresInRow}`,
    `aof_last_write_status:${log.isLastWriteOk ? "ok" : "err"}`,
    "aof_last_cow_size:0",
    "module_fork_in_progress:0",
    "module_fork_last_cow_size:0",
    ...(log.isOn ? logLines(log) : []),
    ...(loading === undefined ? [] : loadingLines(loading)),
  ];
}

function logLines(log: PersistenceFigures["log"]): Lines {
  return [
    `aof_current_size:${log.currentBytes}`,
    `aof_base_size:${log.baseBytes}`,
    "aof_pending_rewrite:0",
    `aof_buffer_length:${log.bufferBytes}`,
    `aof_pending_bio_fsync:${log.isSyncing ? 1 : 0}`,
    `aof_delayed_fsync:${log.delayedSyncs}`,
  ];
}

function loadingLines(loading: NonNullable<PersistenceFigures["loading"]>): Lines {
  const { startTime, totalBytes, loadedBytes, usedBytes, eta } = loading;
  return [
    `loading_start_time:${startTime}`,
    `loading_total_bytes:${totalBytes}`,
    `loading_rdb_used_mem:${usedBytes}`,
    `loading_loaded_bytes:${loadedBytes}`,
    `loading_loaded_perc:${(ratio(loadedBytes, totalBytes) * 100).toFixed(2)}`,
    `loading_eta_seconds:${eta}`,
  ];
}

export function statsLines({ server }: CommandContext): Lines {
  const { stats } = server;
  return [
    `total_connections_received:${stats.connectionsReceived}`,
    `total_commands_processed:${stats.commandsProcessed}`,
    `instantaneous_ops_per_sec:${Math.round(stats.opsPerSecond)}`,
    `total_net_input_bytes:${stats.inputBytes}`,
    `total_net_output_bytes:${stats.outputBytes}`,
    "total_net_repl_input_bytes:0",
    `total_net_repl_output_bytes:${server.replication.sentBytes}`,
    `instantaneous_input_kbps:${stats.inputKbps.toFixed(2)}`,
    `instantaneous_output_kbps:${stats.outputKbps.toFixed(2)}`,
    "instantaneous_input_repl_kbps:0.00",
    "instantaneous_output_repl_kbps:0.00",
    `rejected_connections:${stats.connectionsRejected}`,
    `sync_full:${server.replication.fullSyncs}`,
    "sync_partial_ok:0",
    `sync_partial_err:${server.replication.failedPartialSyncs}`,
    `expired_keys:${sum(server, (shard) => shard.expiredKeys)}`,
    `expired_stale_perc:${stalePercent(server.everything.databases).toFixed(2)}`,
    `expired_time_cap_reached_count:${stats.expireCyclesCut}`,
    `expire_cycle_cpu_milliseconds:${Math.floor(stats.expireCyclesUs / 1000)}`,
    `evicted_keys:${stats.evictedKeys}`,
    `evicted_clients:${stats.evictedClients}`,
    "total_eviction_exceeded_time:0",
    "current_eviction_exceeded_time:0",
    `keyspace_hits:${server.keyspaceHits ?? server.everything.hits}`,
    `keyspace_misses:${server.keyspaceMisses ?? server.everything.misses}`,
    `pubsub_channels:${server.pubsub.nameCount("channel")}`,
    `pubsub_patterns:${server.pubsub.nameCount("pattern")}`,
    `pubsubshard_channels:${server.pubsub.nameCount("shard")}`,
    "latest_fork_usec:0",
    "total_forks:0",
    "migrate_cached_sockets:0",
    "slave_expires_tracked_keys:0",
    "active_defrag_hits:0",
    "active_defrag_misses:0",
    "active_defrag_key_hits:0",
    "active_defrag_key_misses:0",
    "total_active_defrag_time:0",
    "current_active_defrag_time:0",
    `tracking_total_keys:${server.tracking.keyCount}`,
    `tracking_total_items:${server.tracking.itemCount}`,
    `tracking_total_prefixes:${server.tracking.prefixCount}`,
    "unexpected_error_replies:0",
    `total_error_replies:${stats.errorReplies}`,
    "dump_payload_sanitizations:0",
    `total_reads_processed:${stats.totalReadsProcessed}`,
    `total_writes_processed:${stats.totalWritesProcessed}`,
    "io_threaded_reads_processed:0",
    "io_threaded_writes_processed:0",
    "reply_buffer_shrinks:0",
    "reply_buffer_expands:0",
    `shadis_longest_turn_us:${Math.round(stats.longestTurnUs)}`,
    `shadis_longest_gc_us:${Math.round(stats.longestGcUs)}`,
  ];
}

export function replicationLines({ server }: CommandContext): Lines {
  const { replication, config } = server;
  const { minReplicasToWrite, minReplicasMaxLag } = config;
  const isCounted = minReplicasToWrite > 0 && minReplicasMaxLag > 0;
  return [
    "role:master",
    `connected_slaves:${replication.replicaCount}`,
    ...(isCounted ? [`min_slaves_good_slaves:${replication.goodCount}`] : []),
    ...[...replication.replicas()].map((each, i) => `slave${i}:${replicaFacts(each, server)}`),
    "master_failover_state:no-failover",
    `master_replid:${replication.id}`,
    `master_replid2:${"0".repeat(40)}`,
    `master_repl_offset:${replication.offset}`,
    "second_repl_offset:-1",
    "repl_backlog_active:0",
    "repl_backlog_size:1048576",
    "repl_backlog_first_byte_offset:0",
    "repl_backlog_histlen:0",
  ];
}

function replicaFacts(replica: ReplicaView, server: ServerView): string {
  const { address, port, state, acknowledged, heardMs } = replica;
  const nowS = Math.floor(server.everything.nowMs / 1000);
  const lag = state === "online" ? nowS - Math.floor(heardMs / 1000) : 0;
  return `ip=${address},port=${port},state=${state},offset=${acknowledged},lag=${lag}`;
}

type Shard = ServerView["everything"]["databases"][number];

function sum(server: ServerView, of: (shard: Shard) => number): number {
  return server.everything.databases.reduce((total, shard) => total + of(shard), 0);
}

function percent(part: number, whole: number): string {
  return `${(ratio(part, whole) * 100).toFixed(2)}%`;
}
