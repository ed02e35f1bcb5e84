// Settings: the values that the server reads while it works, as plain fields.
//
// Role: the base of Config. A field is the camelCase of its directive's name, is read without a look-up, and is
// written by Config alone. Sizes are bytes, and durations have the directive's unit (noted where it is not obvious).
// The values here are the directives' defaults; config.test.ts holds both together.

import type { BufferLimits, SavePoint } from "./specials.ts";

export class Settings {
  port = 6379;
  bind: readonly string[] = ["*", "-::*"];
  unixsocket = "";
  unixsocketperm = 0;
  tcpBacklog = 511;
  tcpKeepalive = 300; // Seconds; 0 switches it off.
  timeout = 0; // Seconds a client may be idle; 0 means for ever.
  maxclients = 10000;
  protectedMode = true;
  requirepass = "";
  enableProtectedConfigs = "no";
  enableDebugCommand = "no";
  enableModuleCommand = "no";
  clientOutputBufferLimit: BufferLimits = {
    normal: { hardBytes: 0, softBytes: 0, softSeconds: 0 },
    replica: { hardBytes: 268435456, softBytes: 67108864, softSeconds: 60 },
    pubsub: { hardBytes: 33554432, softBytes: 8388608, softSeconds: 60 },
  };
  clientQueryBufferLimit = 1073741824;
  protoMaxBulkLen = 536870912;
  trackingTableMaxKeys = 1000000;
  tlsPort = 0; // 0: no encrypted connections.
  tlsAuthClients: "yes" | "no" | "optional" = "yes";
  tlsPreferServerCiphers = false;
  tlsSessionCaching = true;
  tlsSessionCacheTimeout = 300; // Seconds.
  tlsCertFile = "";
  tlsKeyFile = "";
  tlsKeyFilePass = "";
  tlsDhParamsFile = "";
  tlsCaCertFile = "";
  tlsCaCertDir = "";
  tlsProtocols = "";
  tlsCiphers = "";
  tlsCiphersuites = "";

  maxmemory = 0;
  maxmemoryPolicy = "noeviction";
  maxmemorySamples = 5;
  maxmemoryEvictionTenacity = 10;
  maxmemoryClients = 0; // Below zero: percent of maxmemory.
  lfuLogFactor = 10;
  lfuDecayTime = 1; // Minutes.
  activeExpireEffort = 1;
  lazyfreeLazyEviction = false;
  lazyfreeLazyExpire = false;
  lazyfreeLazyServerDel = false;
  lazyfreeLazyUserDel = false;
  lazyfreeLazyUserFlush = false;
  activedefrag = false;
  activeDefragIgnoreBytes = 104857600;
  activeDefragThresholdLower = 10;
  activeDefragThresholdUpper = 100;
  activeDefragCycleMin = 1;
  activeDefragCycleMax = 25;
  activeDefragMaxScanFields = 1000;
  hashMaxListpackEntries = 512;
  hashMaxListpackValue = 64;
  listMaxListpackSize = -2;
  listCompressDepth = 0;
  setMaxIntsetEntries = 512;
  zsetMaxListpackEntries = 128;
  zsetMaxListpackValue = 64;
  hllSparseMaxBytes = 3000;
  streamNodeMaxBytes = 4096;
  streamNodeMaxEntries = 100;

  save: readonly SavePoint[] = [
    { seconds: 3600, changes: 1 },
    { seconds: 300, changes: 100 },
    { seconds: 60, changes: 10000 },
  ];
  dir = ".";
  dbfilename = "dump.rdb";
  rdbcompression = true;
  rdbchecksum = true;
  rdbSaveIncrementalFsync = true;
  stopWritesOnBgsaveError = true;
  appendonly = false;
  appendfilename = "appendonly.aof";
  appenddirname = "appendonlydir";
  appendfsync = "everysec";
  noAppendfsyncOnRewrite = false;
  autoAofRewritePercentage = 100; // 0 switches it off.
  autoAofRewriteMinSize = 67108864;
  aofLoadTruncated = true;
  aofUseRdbPreamble = true;
  aofTimestampEnabled = false;
  aofRewriteIncrementalFsync = true;
  aofDisableAutoGc = false;

  clusterEnabled = false;
  clusterPort = 0; // 0: 10000 above the port.
  clusterRequireFullCoverage = true;
  clusterAllowReadsWhenDown = false;
  clusterAllowPubsubshardWhenDown = true;
  clusterPreferredEndpointType = "ip";
  clusterAnnounceIp = "";
  clusterAnnounceHostname = "";
  clusterAnnouncePort = 0;
  clusterAnnounceBusPort = 0;

  databases = 16;
  shards = 1;
  metricsPort = 0; // 0: no admin port.
  metricsBind = "127.0.0.1";
  shadowOracle = "no";
  shadowOracleMaxKeys = 1_000_000;
  shadowOracleFile = "";
  shadowOracleCapture = "";
  shadowOracleCaptureSize = 67108864;
  hz = 10;
  dynamicHz = true;
  setProcTitle = true;
  procTitleTemplate = "{title} {listen-addr} {server-mode}";
  alwaysShowLogo = false;
  loglevel = "notice";
  logfile = "";
  shutdownOnSigint = "default"; // Words as SHUTDOWN takes them.
  shutdownOnSigterm = "default";
  slowlogLogSlowerThan = 10000; // Microseconds; below zero switches it off.
  slowlogMaxLen = 128;
  latencyMonitorThreshold = 0; // Milliseconds; 0 switches it off.
  latencyTracking = true;
  latencyTrackingInfoPercentiles: readonly number[] = [50, 99, 99.9];
  notifyKeyspaceEvents = 0; // Bits of eventBit in specials.ts.
  busyReplyThreshold = 5000; // Milliseconds.
  replDisklessSync = true;
  replDisklessSyncDelay = 5; // Seconds.
  replDisklessSyncMaxReplicas = 0; // With so many it does not wait any longer; 0: it does.
  replTimeout = 60; // Seconds.
  replPingReplicaPeriod = 10; // Seconds.
  minReplicasToWrite = 0;
  minReplicasMaxLag = 10; // Seconds; 0 takes the one above out of force.
  luaEnableDeprecatedApi = false;
  aclfile = "";
  aclPubsubDefault = "resetchannels";
  acllogMaxLen = 128;
}
