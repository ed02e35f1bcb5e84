// Exported metrics: the figures that monitors get, under the names of the common Redis exporter.
//
// Role: reads what is counted elsewhere; a pure function of the server's state. Most figures are fields of INFO, as
// they are for the exporter, so that a figure which INFO comes to know cannot be forgotten here; what INFO keeps in
// tables is read from the counters themselves. Dashboards made for a Redis with the exporter work unchanged; what
// only this server has is named shadis_*.
// Invariant: the families and their label names are the same at every reading; only samples change.

import type { CommandContext, ServerView } from "../commands/context.ts";
import type { Command } from "../commands/define.ts";
import {
  clientLines,
  memoryLines,
  persistenceLines,
  replicationLines,
  serverLines,
  statsLines,
} from "../commands/server/info-sections.ts";
import { cpuLines, everyCommand, oracleLines } from "../commands/server/info-tables.ts";
import type { MetricFamily, MetricSample } from "../env/metrics.ts";
import type { TlsFigures } from "../env/tls.ts";

type Kind = MetricFamily["kind"];

/** What is read: all that commands see of the server, and its encrypted connections. */
export type Exported = ServerView & { readonly tls: { readonly figures: TlsFigures } };

/** Databases reported while they are empty, so that a graph falls to 0 instead of ending. */
const EMPTY_DATABASES_MAX = 16;
/** Error prefixes reported, the first that came up; a script can make up new ones without end. */
const ERROR_PREFIXES_MAX = 128;

// Field of INFO, name and help. Statuses count 1 for "ok".
const gauges: readonly (readonly [field: string, name: string, help: string])[] = [
  ["uptime_in_seconds", "redis_uptime_in_seconds", "Seconds since the server started."],
  ["process_id", "redis_process_id", "Process id of the server."],
  ["connected_clients", "redis_connected_clients", "Clients connected now."],
  ["blocked_clients", "redis_blocked_clients", "Clients that wait in a blocking command."],
  ["tracking_clients", "redis_tracking_clients", "Clients with key tracking on."],
  ["maxclients", "redis_max_clients", "Clients that may be connected at once."],
  [
    "client_recent_max_input_buffer",
    "redis_client_recent_max_input_buffer_bytes",
    "Largest input held for a client.",
  ],
  [
    "client_recent_max_output_buffer",
    "redis_client_recent_max_output_buffer_bytes",
    "Largest output held for a client.",
  ],

  ["used_memory", "redis_memory_used_bytes", "Bytes that count against maxmemory."],
  ["used_memory_rss", "redis_memory_used_rss_bytes", "Resident bytes of the process."],
  ["used_memory_peak", "redis_memory_used_peak_bytes", "The most used_memory has been."],
  ["used_memory_overhead", "redis_memory_used_overhead_bytes", "Used bytes that are no keys or values."],
  ["used_memory_startup", "redis_memory_used_startup_bytes", "Used bytes of a server without keys."],
  ["used_memory_dataset", "redis_memory_used_dataset_bytes", "Used bytes of keys and values."],
  ["used_memory_lua", "redis_memory_used_lua_bytes", "Bytes used by scripts' engine."],
  ["maxmemory", "redis_memory_max_bytes", "The configured limit; 0 is none."],
  ["mem_fragmentation_ratio", "redis_mem_fragmentation_ratio", "Resident bytes by used bytes."],
  ["mem_fragmentation_bytes", "redis_mem_fragmentation_bytes", "Resident bytes less used bytes."],
  ["mem_clients_normal", "redis_mem_clients_normal", "Bytes held for clients."],
  ["allocator_allocated", "redis_allocator_allocated_bytes", "Bytes of blocks in use."],
  ["allocator_active", "redis_allocator_active_bytes", "Bytes of the pages that blocks stand in."],
  ["allocator_resident", "redis_allocator_resident_bytes", "Bytes of resident pages."],
  ["allocator_frag_ratio", "redis_allocator_frag_ratio", "Bytes of pages by bytes of blocks."],
  ["lazyfree_pending_objects", "redis_lazyfree_pending_objects", "Objects that wait to be freed."],
  ["active_defrag_running", "redis_active_defrag_running", "1 while memory is being compacted."],

  ["loading", "redis_loading_dump_file", "1 while data is being loaded."],
  ["rdb_changes_since_last_save", "redis_rdb_changes_since_last_save", "Changes that no snapshot holds."],
  ["rdb_bgsave_in_progress", "redis_rdb_bgsave_in_progress", "1 while a snapshot is being written."],
  ["rdb_last_save_time", "redis_rdb_last_save_timestamp_seconds", "Unix time of the last snapshot."],
  ["rdb_last_bgsave_status", "redis_rdb_last_bgsave_status", "1 when the last snapshot went well."],
  ["rdb_last_bgsave_time_sec", "redis_rdb_last_bgsave_duration_sec", "Seconds the last snapshot took."],
  ["aof_enabled", "redis_aof_enabled", "1 when the append-only log is on."],
  ["aof_rewrite_in_progress", "redis_aof_rewrite_in_progress", "1 while the log is being rewritten."],
  ["aof_last_bgrewrite_status", "redis_aof_last_bgrewrite_status", "1 when the last rewrite went well."],
  ["aof_last_write_status", "redis_aof_last_write_status", "1 when the last write to the log went well."],

  ["pubsub_channels", "redis_pubsub_channels", "Channels with subscribers."],
  ["pubsub_patterns", "redis_pubsub_patterns", "Patterns with subscribers."],
  ["latest_fork_usec", "redis_latest_fork_usec", "Always 0: this server does not fork."],
  ["connected_slaves", "redis_connected_slaves", "Replicas connected now."],
  ["master_repl_offset", "redis_master_repl_offset", "Offset of the replication stream."],
  ["repl_backlog_size", "redis_replication_backlog_bytes", "Size of the replication backlog."],

  ["shadis_shards", "shadis_shards", "Shards of the keyspace."],
  ["shadis_heap_used_bytes", "shadis_heap_used_bytes", "Bytes used on the garbage-collected heap."],
  ["shadis_arena_bytes", "shadis_arena_bytes", "Bytes of blocks in use outside the heap."],
  ["shadis_arena_pages_bytes", "shadis_arena_pages_bytes", "Bytes of the pages those blocks stand in."],
  ["shadis_dict_bytes", "shadis_dict_bytes", "Bytes of the dicts' tables."],
];

// Counters of INFO go back at CONFIG RESETSTAT, which monitors take for a restart.
const counters: readonly (readonly [field: string, name: string, help: string])[] = [
  ["total_connections_received", "redis_connections_received_total", "Connections accepted or refused."],
  ["rejected_connections", "redis_rejected_connections_total", "Connections refused."],
  ["total_commands_processed", "redis_commands_processed_total", "Commands run."],
  ["total_net_input_bytes", "redis_net_input_bytes_total", "Bytes received from clients."],
  ["total_net_output_bytes", "redis_net_output_bytes_total", "Bytes sent to clients."],
  ["total_reads_processed", "redis_total_reads_processed", "Reads from clients' connections."],
  ["total_writes_processed", "redis_total_writes_processed", "Writes to clients' connections."],
  ["total_error_replies", "redis_total_error_replies", "Error replies sent."],
  ["expired_keys", "redis_expired_keys_total", "Keys removed because their time had come."],
  ["evicted_keys", "redis_evicted_keys_total", "Keys removed to stay under maxmemory."],
  ["evicted_clients", "redis_evicted_clients_total", "Clients closed to stay under maxmemory-clients."],
  ["keyspace_hits", "redis_keyspace_hits_total", "Look-ups that found their key."],
  ["keyspace_misses", "redis_keyspace_misses_total", "Look-ups that did not find their key."],
  ["used_cpu_sys", "redis_cpu_sys_seconds_total", "Processor seconds in the system."],
  ["used_cpu_user", "redis_cpu_user_seconds_total", "Processor seconds in the process."],
];

/** All families with the samples of now. Costs about as much as an INFO; nothing of it runs between readings. */
export function exportedMetrics(server: Exported): readonly MetricFamily[] {
  const fields = infoFields(server);
  return [
    single("gauge", "redis_up", "1: the server answers.", 1),
    instanceInfo(fields),
    shadisInfo(server),
    single(
      "gauge",
      "redis_start_time_seconds",
      "Unix time of the start.",
      Math.floor(server.startedMs / 1000),
    ),
    ...gauges.map(([field, name, help]) => single("gauge", name, help, numberOf(fields, field))),
    ...counters.map(([field, name, help]) => single("counter", name, help, numberOf(fields, field))),
    ...databaseFamilies(server),
    ...commandFamilies(server),
    errorFamily(server),
    ...slowlogFamilies(server),
    ...longestFamilies(fields),
    ...oracleFamilies(fields),
    ...tlsFamilies(server),
  ];
}

function infoFields(server: ServerView): ReadonlyMap<string, string> {
  // Of a command's context these sections use the server alone; a test reads every field.
  const context = { server } as CommandContext;
  const sections = [
    serverLines,
    clientLines,
    memoryLines,
    persistenceLines,
    statsLines,
    replicationLines,
    cpuLines,
    oracleLines,
  ];
  const fields = new Map<string, string>();
  for (const line of sections.flatMap((section) => section(context))) {
    const colon = line.indexOf(":");
    fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

// A field that is missing or no number gives NaN, and `single` then no sample: a monitor sees a gap, not a false 0.
function numberOf(fields: ReadonlyMap<string, string>, field: string): number {
  const text = fields.get(field) ?? "";
  if (text === "ok") return 1;
  if (text === "err") return 0;
  return text === "" ? Number.NaN : Number(text);
}

function instanceInfo(fields: ReadonlyMap<string, string>): MetricFamily {
  const names = [
    "role",
    "redis_version",
    "redis_build_id",
    "redis_mode",
    "os",
    "maxmemory_policy",
    "tcp_port",
  ];
  const labelNames = [...names, "run_id", "process_id", "master_replid"];
  const labels = labelNames.map((name) => fields.get(name) ?? "");
  return family("gauge", "redis_instance_info", "The instance, in labels.", labelNames, [
    { value: 1, labels },
  ]);
}

function shadisInfo(server: ServerView): MetricFamily {
  const { version, nodeVersion } = server.host();
  const samples = [{ value: 1, labels: [version, nodeVersion] }];
  return family("gauge", "shadis_info", "The versions, in labels.", ["version", "node_version"], samples);
}

function databaseFamilies({ everything, config }: ServerView): MetricFamily[] {
  const keys: MetricSample[] = [];
  const expiring: MetricSample[] = [];
  for (let db = 0; db < config.databases; db++) {
    const count = everything.size(db);
    if (count === 0 && db >= EMPTY_DATABASES_MAX) continue;
    keys.push({ value: count, labels: [`db${db}`] });
    expiring.push({ value: everything.expiresCount(db), labels: [`db${db}`] });
  }
  return [
    family("gauge", "redis_db_keys", "Keys by database.", ["db"], keys),
    family("gauge", "redis_db_keys_expiring", "Keys with an expiry by database.", ["db"], expiring),
  ];
}

// Commands that never came up are left out, as INFO leaves them out.
function commandFamilies(server: ServerView): MetricFamily[] {
  const seen = [...everyCommand(server.commands.values())].filter(
    ({ stats }) => stats.calls + stats.rejectedCalls + stats.failedCalls > 0,
  );
  const byCommand = (name: string, help: string, of: (stats: Command["stats"]) => number): MetricFamily => {
    const samples = seen.map(({ fullName, stats }) => ({ value: of(stats), labels: [fullName] }));
    return family("counter", name, help, ["cmd"], samples);
  };
  return [
    byCommand("redis_commands_total", "Calls by command.", ({ calls }) => calls),
    byCommand("redis_commands_duration_seconds_total", "Seconds by command.", ({ usec }) => usec / 1e6),
    byCommand(
      "redis_commands_rejected_calls_total",
      "Calls refused before they ran.",
      (s) => s.rejectedCalls,
    ),
    byCommand("redis_commands_failed_calls_total", "Calls that ended in an error.", (s) => s.failedCalls),
  ];
}

function errorFamily({ stats }: ServerView): MetricFamily {
  const samples: MetricSample[] = [];
  for (const [prefix, value] of stats.errorsByPrefix) {
    if (samples.length === ERROR_PREFIXES_MAX) break;
    samples.push({ value, labels: [prefix] });
  }
  return family("counter", "redis_errors_total", "Error replies by their first word.", ["err"], samples);
}

function slowlogFamilies({ slowlog }: ServerView): MetricFamily[] {
  const [last] = slowlog.latest(1);
  const seconds = (last?.durationUs ?? 0) / 1e6;
  return [
    single("gauge", "redis_slowlog_length", "Entries of the slow log.", slowlog.length),
    single("gauge", "redis_slowlog_last_id", "Id of the last entry.", last?.id ?? 0),
    single("gauge", "redis_last_slow_execution_duration_seconds", "Duration of the last entry.", seconds),
  ];
}

function longestFamilies(fields: ReadonlyMap<string, string>): MetricFamily[] {
  const turn = numberOf(fields, "shadis_longest_turn_us") / 1e6;
  const collection = numberOf(fields, "shadis_longest_gc_us") / 1e6;
  return [
    single("gauge", "shadis_longest_turn_seconds", "Longest time without serving another client.", turn),
    single("gauge", "shadis_longest_gc_seconds", "Longest garbage collection.", collection),
  ];
}

// Without a shadow oracle all but the first of its fields are missing, and count as 0.
function oracleFamilies(fields: ReadonlyMap<string, string>): MetricFamily[] {
  const figure = (kind: Kind, field: string, name: string, help: string): MetricFamily =>
    single(kind, name, help, Number(fields.get(field) ?? 0));
  return [
    figure("gauge", "oracle_enabled", "shadis_oracle_enabled", "1 while a shadow oracle checks answers."),
    figure("counter", "oracle_operations", "shadis_oracle_operations_total", "Requests it was asked about."),
    figure("counter", "oracle_compared", "shadis_oracle_compared_total", "Answers it compared."),
    figure("counter", "oracle_differences", "shadis_oracle_differences_total", "Answers it found wrong."),
    figure("counter", "oracle_failures", "shadis_oracle_failures_total", "Times it failed itself."),
    figure("gauge", "oracle_model_keys", "shadis_oracle_model_keys", "Keys its model holds."),
    figure("gauge", "oracle_tainted_keys", "shadis_oracle_tainted_keys", "Keys it knows nothing of."),
  ];
}

function tlsFamilies({ tls: { figures } }: Exported): MetricFamily[] {
  const { openStreams, handshakes, failedHandshakes } = figures;
  return [
    single("gauge", "shadis_tls_connections", "Encrypted connections open now.", openStreams),
    single("counter", "shadis_tls_handshakes_total", "Handshakes that succeeded.", handshakes),
    single(
      "counter",
      "shadis_tls_handshake_failures_total",
      "Connections that ended before their handshake did, or by it.",
      failedHandshakes,
    ),
  ];
}

function single(kind: Kind, name: string, help: string, value: number): MetricFamily {
  return family(kind, name, help, [], Number.isFinite(value) ? [{ value, labels: [] }] : []);
}

function family(
  kind: Kind,
  name: string,
  help: string,
  labelNames: readonly string[],
  samples: readonly MetricSample[],
): MetricFamily {
  return { kind, name, help, labelNames, samples };
}
