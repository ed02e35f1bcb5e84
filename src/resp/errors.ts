// Catalogue of error replies: Redis 7's exact prefix words and texts, without the leading '-'.
//
// Texts with a part that varies are functions. A reply never holds CR or LF: the encoder replaces them.

const noLongerAllowed = {
  command: "no permission to execute the command or subcommand",
  key: "no permission to touch the specified keys",
  channel: "no permission to access one of the channels used as arguments",
} as const;

const cannot = {
  command: "can't run this command or subcommand",
  key: "can't access at least one of the keys mentioned in the command arguments",
  channel: "can't publish to the channel mentioned in the command",
} as const;

export const errors = {
  syntax: "ERR syntax error",
  wrongType: "WRONGTYPE Operation against a key holding the wrong kind of value",
  notAnInteger: "ERR value is not an integer or out of range",
  notAFloat: "ERR value is not a valid float",
  overflow: "ERR increment or decrement would overflow",
  decrementOverflow: "ERR decrement would overflow",
  nanOrInfinity: "ERR increment would produce NaN or Infinity",
  valueIsNanOrInfinity: "ERR value is NaN or Infinity",
  hashNotAnInteger: "ERR hash value is not an integer",
  hashNotAFloat: "ERR hash value is not a float",
  fieldsMissing: "ERR Mandatory argument FIELDS is missing or not at the right position",
  fieldCountZero: "ERR Parameter `numFields` should be greater than 0",
  fieldCountNotPositive: "ERR Number of fields must be a positive integer",
  fieldCountInvalid: "ERR invalid number of fields",
  fieldCountWrong: "ERR The `numfields` parameter must match the number of arguments",
  expireTimeNegative: "ERR invalid expire time, must be >= 0",
  expireTimeMissing: "ERR missing expire time",
  fieldConditions: "ERR Only one of FXX or FNX arguments can be specified",
  fieldExpirations: "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified",
  unknownArgument: (text: string): string => `ERR unknown argument: ${text}`,
  outOfRange: "ERR index out of range",
  offsetOutOfRange: "ERR offset is out of range",
  valueOutOfRange: "ERR value is out of range",
  countOutOfRange:
    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
  mustBePositive: "ERR value is out of range, must be positive",
  stringTooLong: "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
  noSuchKey: "ERR no such key",
  rankZero:
    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
    "or use negative to start from the end of the list",
  countNegative: "ERR COUNT can't be negative",
  lengthNegative: "ERR MAXLEN can't be negative",
  scoreNotADouble: "ERR One or more scores can't be converted into double",
  sameObject: "ERR source and destination objects are the same",
  dbIndexOutOfRange: "ERR DB index is out of range",
  invalidCursor: "ERR invalid cursor",
  invalidDbIndex: "ERR invalid DB index",
  oom: "OOM command not allowed when used memory > 'maxmemory'.",
  replicaOnly: "ERR Replica can't interact with the keyspace",
  noAuth: "NOAUTH Authentication required.",
  noPermCommand: (name: string): string => `NOPERM this user has no permissions to run the '${name}' command`,
  noPermKey: "NOPERM this user has no permissions to access one of the keys used as arguments",
  noPermChannel: "NOPERM this user has no permissions to access one of the channels used as arguments",
  noPermAtExec: (what: "command" | "key" | "channel"): string =>
    "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. " +
    `This command is no longer allowed for the following reason: ${noLongerAllowed[what]}`,
  noPermFromScript: (what: "command" | "key" | "channel"): string =>
    `ERR The user executing the script ${cannot[what]}`,
  sortByDenied: "ERR BY option of SORT denied due to insufficient ACL permissions.",
  sortGetDenied: "ERR GET option of SORT denied due to insufficient ACL permissions.",
  userNameSpaces: "ERR Usernames can't contain spaces or null characters",
  defaultUserStays: "ERR The 'default' user cannot be removed",
  userNotFound: (name: string): string => `ERR User '${name}' not found`,
  commandNotFound: (name: string): string => `ERR Command '${name}' not found`,
  unknownCategory: (name: string): string => `ERR Unknown category '${name}'`,
  passwordBits: (max: number): string =>
    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to " +
    `${max}`,
  noAclFile:
    "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL " +
    "SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order " +
    "to store users in the Redis configuration.",
  aclNotSaved:
    "ERR There was an error trying to save the ACLs. Please check the server logs for more information",
  wrongPass: "WRONGPASS invalid username-password pair or user is disabled.",
  noPassSet:
    "ERR AUTH <password> called without any password configured for the default user. " +
    "Are you sure your configuration is correct?",
  noProto: "NOPROTO unsupported protocol version",
  busyKey: "BUSYKEY Target key name already exists.",
  intOutOfRange: "ERR value is out of range, value must between -2147483648 and 2147483647",
  invalidFirstDbIndex: "ERR invalid first DB index",
  invalidSecondDbIndex: "ERR invalid second DB index",
  expireConditions: "ERR NX and XX, GT or LT options at the same time are not compatible",
  expireGtAndLt: "ERR GT and LT options at the same time are not compatible",
  invalidIdleTime: "ERR Invalid IDLETIME value, must be >= 0",
  invalidFrequency: "ERR Invalid FREQ value, must be >= 0 and <= 255",
  invalidTtl: "ERR Invalid TTL value, must be >= 0",
  badDumpFooter: "ERR DUMP payload version or checksum are wrong",
  badDumpData: "ERR Bad data format",
  noFrequency:
    "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when " +
    "switching between policies at runtime LRU and LFU data will take some time to adjust.",
  noIdleTime:
    "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when " +
    "switching between policies at runtime LRU and LFU data will take some time to adjust.",
  noConfigFile: "ERR The server is running without a config file",
  noShutdown: "ERR No shutdown in progress.",
  shutdownFailed: "ERR Errors trying to SHUTDOWN. Check logs.",
  slowlogCount: "ERR count should be greater than or equal to -1",
  debugNotAllowed:
    'ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a ' +
    "local connection, otherwise you need to set this option in the configuration file, and then restart the server.",
  debugDbOutOfRange: "ERR Out of range database",
  noTableInValue: "ERR The value stored at the specified key is not represented using an hash table",
  packedThreshold: "ERR argument must be a memory value bigger than 1 and smaller than 4gb",
  protocolSample:
    "ERR Wrong protocol type name. Please use one of the following: " +
    "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
  resp3Only: "ERR RESP2 is not supported by this command",
  savingAlready: "ERR Background save already in progress",
  savingNotNow:
    "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to schedule a " +
    "BGSAVE whenever possible.",
  rewritingAlready: "ERR Background append only file rewriting already in progress",
  rewriteFailed:
    "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.",
  logFault: (text: string): string => `MISCONF Errors writing to the AOF file: ${text}`,
  logLoadFailed: "ERR Error trying to load the AOF files, check server logs.",
  saveFailed: "ERR",
  reloadFailed: "ERR Error trying to load the RDB dump, check server logs.",
  reloadOptions: "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.",
  loading: "LOADING Redis is loading the dataset in memory",
  misconf:
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that " +
    "may modify the data set are disabled, because this instance is configured to report errors during writes if RDB " +
    "snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB " +
    "error.",
  noGarbageCollection: "ERR This process was not started in a way that lets it collect garbage on demand",
  noGetkeys: "ERR The command has no key arguments",
  invalidCommandForKeys: "ERR Invalid command specified",
  invalidArityForKeys: "ERR Invalid number of arguments specified for command",
  invalidArgumentsForKeys: "ERR Invalid arguments specified for command",
  nestedMulti: "ERR MULTI calls can not be nested",
  execWithoutMulti: "ERR EXEC without MULTI",
  discardWithoutMulti: "ERR DISCARD without MULTI",
  watchInMulti: "ERR WATCH inside MULTI is not allowed",
  noMulti: "ERR Command not allowed inside a transaction",
  execAbort: "EXECABORT Transaction discarded because of previous errors.",
  clientName: "ERR Client names cannot contain spaces, newlines or special characters.",
  clientIdNotPositive: "ERR client-id should be greater than 0",
  invalidClientId: "ERR Invalid client ID",
  noSuchClient: "ERR No such client",
  redirectTwice: "ERR A client can only redirect to a single other client",
  redirectToNobody: "ERR The client ID you want redirect to does not exist",
  prefixWithoutBroadcast: "ERR PREFIX option requires BCAST mode to be enabled",
  broadcastSwitch:
    "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it with " +
    "a different mode.",
  broadcastWithChoice: "ERR OPTIN and OPTOUT are not compatible with BCAST",
  bothChoices: "ERR You can't specify both OPTIN mode and OPTOUT mode",
  choiceSwitch:
    "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it with " +
    "a different mode.",
  prefixTaken: (prefix: string, other: string): string =>
    `ERR Prefix '${prefix}' overlaps with an existing prefix '${other}'. Prefixes for a single client must not overlap.`,
  prefixTwice: (prefix: string, other: string): string =>
    `ERR Prefix '${prefix}' overlaps with another provided prefix '${other}'. ` +
    "Prefixes for a single client must not overlap.",
  cachingWithoutChoice:
    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled",
  cachingYes: "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
  cachingNo: "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
  unblockReason: "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR",
  pauseMode: "ERR CLIENT PAUSE mode must be WRITE or ALL",
  noReplicas: "NOREPLICAS Not enough good replicas to write.",
  notZeroOrOne: "ERR value is out of range, value must between 0 and 1",
  noLogToWaitFor: "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
  timeoutNotAnInteger: "ERR timeout is not an integer or out of range",
  timeoutNegative: "ERR timeout is negative",
  clusterDisabled: "ERR This instance has cluster support disabled",
  crossSlot: "CROSSSLOT Keys in request don't hash to the same slot",
  slotNotServed: "CLUSTERDOWN Hash slot not served",
  clusterDown: "CLUSTERDOWN The cluster is down",
  clusterDownForWrites: "CLUSTERDOWN The cluster is down and only accepts read commands",
  selectInCluster: "ERR SELECT is not allowed in cluster mode",
  moveInCluster: "ERR MOVE is not allowed in cluster mode",
  swapdbInCluster: "ERR SWAPDB is not allowed in cluster mode",
  copyInCluster: "ERR Copying to another database is not allowed in cluster mode",
  sortByInCluster: "ERR BY option of SORT denied in Cluster mode.",
  sortGetInCluster: "ERR GET option of SORT denied in Cluster mode.",
  scriptNotLocal: "ERR Script attempted to access a non local key in a cluster node",
  scriptCrossSlot: "ERR Script attempted to access keys that do not hash to the same slot",
  scriptClusterDown: "ERR Script attempted to execute a command while the cluster is down",
  scriptClusterDownForWrites:
    "ERR Script attempted to execute a write command while the cluster is down and readonly",
  scriptNoCluster: "ERR Can not run script on cluster, 'no-cluster' flag is set.",
  invalidSlot: "ERR Invalid slot",
  invalidSlotOrCount: "ERR Invalid slot or number of keys",
  slotOutOfRange: "ERR Invalid or out of range slot",
  slotRange: (first: number, last: number): string =>
    `ERR start slot number ${first} is greater than end slot number ${last}`,
  slotBusy: (slot: number): string => `ERR Slot ${slot} is already busy`,
  slotUnassigned: (slot: number): string => `ERR Slot ${slot} is already unassigned`,
  slotTwice: (slot: number): string => `ERR Slot ${slot} specified multiple times`,
  slotOwned: (slot: number): string => `ERR I'm already the owner of hash slot ${slot}`,
  slotNotOwned: (slot: number): string => `ERR I'm not the owner of hash slot ${slot}`,
  setslotAction: "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP",
  flushSlotsWithKeys: "ERR DB must be empty to perform CLUSTER FLUSHSLOTS.",
  resetWithKeys: "ERR CLUSTER RESET can't be called with master nodes containing keys",
  failoverOfMaster: "ERR You should send CLUSTER FAILOVER to a replica",
  forgetMyself: "ERR I tried hard but I can't forget myself...",
  replicateMyself: "ERR Can't replicate myself",
  epochIsSet: "ERR Node config epoch is already non-zero",
  invalidEpoch: (epoch: string): string => `ERR Invalid config epoch specified: ${epoch}`,
  unknownNode: (name: string): string => `ERR Unknown node ${name}`,
  nodeNotKnown: (name: string): string => `ERR I don't know about node ${name}`,
  meetPort: (port: string): string => `ERR Invalid TCP base port specified: ${port}`,
  meetBusPort: (port: string): string => `ERR Invalid TCP bus port specified: ${port}`,
  meetAddress: (ip: string, port: string): string => `ERR Invalid node address specified: ${ip}:${port}`,
  timeoutNotAFloat: "ERR timeout is not a float or out of range",
  unblocked: "UNBLOCKED client unblocked via CLIENT UNBLOCK",
  protocolNotAnInteger: "ERR Protocol version is not an integer or out of range",
  helloNoAuth:
    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH " +
    "<user> <pass> option can be used to authenticate the client and select the RESP protocol version " +
    "at the same time",

  scoreBounds: "ERR min or max is not a float",
  lexBounds: "ERR min or max not valid string range item",
  scoreIsNan: "ERR resulting score is not a number (NaN)",
  zaddNxXx: "ERR XX and NX options at the same time are not compatible",
  zaddGtLtNx: "ERR GT, LT, and/or NX options at the same time are not compatible",
  zaddIncrement: "ERR INCR option supports a single increment-element pair",
  limitByRank: "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
  scoresByLex: "ERR syntax error, WITHSCORES not supported in combination with BYLEX",
  weightNotAFloat: "ERR weight value is not a float",
  limitNegative: "ERR LIMIT can't be negative",
  numkeysNotPositive: "ERR numkeys should be greater than 0",
  countNotPositive: "ERR count should be greater than 0",
  numkeysTooLarge: "ERR Number of keys can't be greater than number of args",
  notHyperLogLog: "WRONGTYPE Key is not a valid HyperLogLog string value.",
  corruptHyperLogLog: "INVALIDOBJ Corrupted HLL object detected",
  hyperLogLogMissing: "ERR The specified key does not exist",
  hyperLogLogNotSparse: "ERR HLL encoding is not sparse",
  hyperLogLogSelfTest: (what: string): string => `ERR TESTFAILED ${what}`,
  unknownPfdebug: (name: string): string => `ERR Unknown PFDEBUG subcommand '${name}'`,
  geoUnit: "ERR unsupported unit provided. please use M, KM, FT, MI",
  geoRadius: "ERR need numeric radius",
  geoRadiusNegative: "ERR radius cannot be negative",
  geoWidth: "ERR need numeric width",
  geoHeight: "ERR need numeric height",
  geoBoxNegative: "ERR height or width cannot be negative",
  geoCount: "ERR COUNT must be > 0",
  geoAny: "ERR the ANY argument requires COUNT argument",
  geoMember: "ERR could not decode requested zset member",
  geoCoordinates: (longitude: string, latitude: string): string =>
    `ERR invalid longitude,latitude pair ${longitude},${latitude}`,
  geoStore: (what: string): string =>
    `ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`,
  geoFrom: (command: string): string =>
    `ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${command}`,
  geoBy: (command: string): string => `ERR exactly one of BYRADIUS and BYBOX can be specified for ${command}`,
  noInputKey: (command: string): string => `ERR at least 1 input key is needed for '${command}' command`,

  streamId: "ERR Invalid stream ID specified as stream command argument",
  streamIdZero: "ERR The ID specified in XADD must be greater than 0-0",
  streamIdSmaller: "ERR The ID specified in XADD is equal or smaller than the target stream top item",
  streamExhausted: "ERR The stream has exhausted the last possible ID, unable to add more items",
  streamEntryTooLong: "ERR Elements are too large to be stored",
  streamIntervalStart: "ERR invalid start ID for the interval",
  streamIntervalEnd: "ERR invalid end ID for the interval",
  trimTwice: "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
  trimMaxlen: "ERR The MAXLEN argument must be >= 0.",
  trimLimit: "ERR The LIMIT argument must be >= 0.",
  trimLimitAlone: "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
  trimLimitExact: "ERR syntax error, LIMIT cannot be used without the special ~ option",
  trimMissing: "ERR syntax error, XTRIM must be called with a trimming strategy",
  setidAdded: "ERR entries_added must be positive",
  setidDeleted: "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
  setidTop: "ERR The ID specified in XSETID is smaller than the target stream top item",
  setidLength: "ERR The entries_added specified in XSETID is smaller than the target stream length",
  blockFromScript: (command: string): string =>
    `ERR ${command} command is not allowed with BLOCK option from scripts`,
  xreadUnbalanced:
    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
  xreadGroup: "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.",
  xreadNoack: "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.",
  xreadgroupMissing: "ERR Missing GROUP option for XREADGROUP",
  xreadgroupLast:
    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by " +
    "specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.",
  xreadNew:
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
  streamGone: "UNBLOCKED the stream key no longer exists",
  groupGone: "NOGROUP the consumer group this client was blocked on no longer exists",
  groupExists: "BUSYGROUP Consumer Group name already exists",
  groupKeyMissing:
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM " +
    "option to create an empty stream automatically.",
  groupEntriesRead: "ERR value for ENTRIESREAD must be positive or -1",
  claimCount: "ERR COUNT must be > 0",
  claimMemory: "ERR Insufficient memory, failed allocating transient memory, COUNT too high.",
  claimArgument: (what: string, command: string): string => `ERR Invalid ${what} argument for ${command}`,
  claimOption: (option: string): string => `ERR Unrecognized XCLAIM option '${option}'`,
  noGroup: (key: string, group: string): string =>
    `NOGROUP No such key '${key}' or consumer group '${group}'`,
  noGroupToRead: (key: string, group: string): string =>
    `NOGROUP No such key '${key}' or consumer group '${group}' in XREADGROUP with GROUP option`,
  noGroupForKey: (group: string, key: string): string =>
    `NOGROUP No such consumer group '${group}' for key name '${key}'`,

  unsupportedOption: (option: string): string => `ERR Unsupported option ${option}`,
  bitOffset: "ERR bit offset is not an integer or out of range",
  bitValue: "ERR bit is not an integer or out of range",
  bitArgument: "ERR The bit argument must be 1 or 0.",
  bitopNotSources: "ERR BITOP NOT must be called with a single source key.",
  bitfieldType:
    "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
  bitfieldOverflow: "ERR Invalid OVERFLOW type specified",
  bitfieldReadonly: "ERR BITFIELD_RO only supports the GET subcommand",
  lcsWrongType: "ERR The specified keys must contain string values",
  lcsLengthAndIndexes: "ERR If you want both the length and indexes, please just use IDX.",
  lcsStringTooLong: "ERR String too long for LCS",
  lcsMemory: "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",

  unknownFromScript: "ERR Unknown Redis command called from script",
  arityFromScript: "ERR Wrong number of args calling Redis command from script",
  notFromScript: "ERR This Redis command is not allowed from script",
  writeFromReadonlyScript: "ERR Write commands are not allowed from read-only scripts.",
  noScript: "NOSCRIPT No matching script. Please use EVAL.",
  keysBeyondArguments: "ERR Number of keys can't be greater than number of args",
  keysNegative: "ERR Number of keys can't be negative",
  badKeyCount: "ERR Bad number of keys provided",
  functionNotFound: "ERR Function not found",
  writingScriptReadonly: "ERR Can not execute a script with write flag using *_ro command.",
  notBusy: "NOTBUSY No scripts in execution right now.",
  unkillable:
    "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the " +
    "script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.",
  busyScript: "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
  busyFunction: "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
  noScriptEngine: "ERR Scripts cannot be run here: see the log",
  scriptEngineLost: "ERR The script engine failed and was started anew",
  scriptFlush: "ERR SCRIPT FLUSH only support SYNC|ASYNC option",
  scriptDebug: "ERR Use SCRIPT DEBUG YES/SYNC/NO",
  noScriptDebugger: "ERR This server has no debugger for scripts",
  functionFlush: "ERR FUNCTION FLUSH only supports SYNC|ASYNC option",
  libraryNotFound: "ERR Library not found",
  libraryNameMissing: "ERR library name argument was not given",
  restorePolicy: "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
  functionCodeMissing: "ERR Function code is missing",

  syncBehindReplies: "ERR SYNC and PSYNC are invalid with pending output",
  filterNeedsMark: "ERR Filtered replica requires EOF capability",
  psyncFailoverOfMaster: "ERR PSYNC FAILOVER can't be sent to a master.",
  badReplicaFilter: "ERR Missing rdb-filter-only values",
  replicaFlag: "ERR value is out of range, value must between 0 and 1",

  unknownReplicaFilter: (name: string): string => `ERR Unsupported rdb-filter-only option: ${name}`,
  unknownReplicaOption: (name: string): string => `ERR Unrecognized REPLCONF option: ${name}`,
  replicaAddressTooLong: (bytes: number): string =>
    `ERR REPLCONF ip-address provided by replica instance is too long: ${bytes} bytes`,
  execAbortBecause: (reason: string): string => `EXECABORT Transaction discarded because of: ${reason}`,
  denyBlocking: (command: string, article: "a " | ""): string =>
    `ERR ${command} isn't allowed for ${article}DENY BLOCKING client`,
  subscriberOnly: (command: string): string =>
    `ERR Can't execute '${command}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
  invalidExpire: (command: string): string => `ERR invalid expire time in '${command}' command`,
  arity: (command: string): string => `ERR wrong number of arguments for '${command}' command`,
  unknownCommand: (name: string, argumentsText: string): string =>
    `ERR unknown command '${name}', with args beginning with: ${argumentsText}`,
  unknownSubcommand: (name: string, command: string): string =>
    `ERR unknown subcommand '${name}'. Try ${command} HELP.`,
  helloOption: (option: string): string => `ERR Syntax error in HELLO option '${option}'`,
  unknownClientType: (name: string): string => `ERR Unknown client type '${name}'`,
  noSuchUser: (name: string): string => `ERR No such user '${name}'`,
  unrecognizedOption: (name: string): string => `ERR Unrecognized option '${name}'`,
  clientAttribute: (name: string): string =>
    `ERR ${name} cannot contain spaces, newlines or special characters.`,
  rewritingConfigFile: (reason: string): string => `ERR Rewriting config file: ${reason}`,
  noLatencySamples: (event: string): string => `ERR No samples available for event '${event}'`,
  wrongSubcommand: (name: string, command: string): string =>
    `ERR unknown subcommand or wrong number of arguments for '${name}'. Try ${command} HELP.`,
} as const;
