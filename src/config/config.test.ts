import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Config, fieldOf, isSensitiveName } from "./config.ts";
import { directives } from "./directives.ts";
import { Settings } from "./settings.ts";
import { eventBit } from "./specials.ts";

test("the plain fields hold the directives' defaults", () => {
  expect({ ...new Config() }).toEqual({ ...new Settings() });
});

test("every plain field is a directive's, and every supported directive has one", () => {
  const fields = Object.keys(new Settings());
  const names = directives.map((directive) => fieldOf(directive.name));
  expect(fields.filter((field) => !names.includes(field))).toEqual([]);
  const supported = directives.filter(({ standing }) => standing.kind === "supported");
  expect(supported.map(({ name }) => fieldOf(name)).filter((field) => !fields.includes(field))).toEqual([]);
});

test("setting a directive changes its field and what CONFIG GET shows", () => {
  const config = new Config();
  expect(
    config.set([
      ["MaxMemory", "100mb"],
      ["hash-max-ziplist-entries", "7"],
      ["client-output-buffer-limit", "pubsub 1kb 2kb 3"],
      ["notify-keyspace-events", "Kgx"],
      ["maxmemory-policy", "ALLKEYS-LFU"],
    ]),
  ).toEqual({ ok: true });
  expect(config.maxmemory).toBe(104857600);
  expect(config.hashMaxListpackEntries).toBe(7);
  expect(config.clientOutputBufferLimit.pubsub).toEqual({ hardBytes: 1024, softBytes: 2048, softSeconds: 3 });
  expect(config.notifyKeyspaceEvents).toBe(eventBit.K | eventBit.g | eventBit.x);
  expect(config.maxmemoryPolicy).toBe("allkeys-lfu");
  expect(config.get("hash-max-*-entries")).toEqual([
    ["hash-max-listpack-entries", "7"],
    ["hash-max-ziplist-entries", "7"],
  ]);
});

test("this server's own directives are shown by their exact names and by no pattern", () => {
  const own = directives.filter(({ isOwn }) => isOwn).map(({ name }) => name);
  expect(own.slice(0, 3)).toEqual(["shards", "metrics-port", "metrics-bind"]);
  expect(own.slice(3).every((name) => name.startsWith("shadow-oracle"))).toBe(true);
  const config = new Config();
  expect(config.get("*").filter(([name]) => own.includes(name))).toEqual([]);
  expect(config.get("metrics-*", "shard?", "metrics-por[t]")).toEqual([]);
  expect(config.get(...own.slice(0, 3))).toEqual([
    ["shards", "1"],
    ["metrics-port", "0"],
    ["metrics-bind", "127.0.0.1"],
  ]);
});

test("directives that Redis hides are shown by their exact names and by no pattern", () => {
  const config = new Config();
  expect(config.get("key-load-delay", "watchdog-period")).toEqual([
    ["key-load-delay", "0"],
    ["watchdog-period", "0"],
  ]);
  expect(config.get("*").filter(([name]) => /-delay$|watchdog|^lua-enable/.test(name))).toEqual([
    ["repl-diskless-sync-delay", "5"],
  ]);
});

test("the shadow oracle takes no, yes or a share", () => {
  const config = new Config();
  for (const value of ["no", "yes", "1/1", "1/64", "1/9999"]) {
    expect([value, config.load("shadow-oracle", [value])]).toEqual([value, undefined]);
    expect(config.shadowOracle).toBe(value);
  }
  for (const value of ["", "maybe", "1/0", "2/3", "1/10000", "1/-1", " yes"]) {
    expect(config.load("shadow-oracle", [value])).toContain("must be 'no', 'yes' or a share");
  }
});

test("the admin port's address must be named, and cannot change at run time", () => {
  const config = new Config();
  expect(config.load("metrics-bind", [""])).toContain("must be an address");
  expect(config.load("metrics-port", ["65536"])).toContain("between 0 and 65535");
  expect(config.load("metrics-port", ["9121"])).toBeUndefined();
  expect(config.load("metrics-bind", ["0.0.0.0"])).toBeUndefined();
  expect([config.metricsPort, config.metricsBind]).toEqual([9121, "0.0.0.0"]);
  expect(config.set([["metrics-port", "0"]])).toMatchObject({ ok: false });
  expect(config.rewrite(undefined)).toMatch(/^metrics-port 9121\nmetrics-bind "0\.0\.0\.0"$/m);
});

test("a failed CONFIG SET leaves every setting and field as it was", () => {
  const config = new Config();
  const values = fc.constantFrom("0", "1", "2", "10", "64", "yes", "no", "1mb", "x", "", "nosuch", "5%");
  const names = fc.constantFrom(...directives.map(({ name }) => name).filter((name) => name !== "dir"));
  fc.assert(
    fc.property(fc.array(fc.tuple(names, values), { minLength: 1, maxLength: 5 }), (pairs) => {
      const before = [config.get("*"), { ...config }];
      if (!config.set(pairs).ok) expect([config.get("*"), { ...config }]).toEqual(before);
    }),
  );
});

test("every value that CONFIG GET shows can be set again and is the same", () => {
  const values = fc.oneof(
    fc.constantFrom("yes", "no", "900 1 5 2", "normal 1 2 3", "gKA", "1 2 3", "0.5 99.999", "5%"),
    fc.integer({ min: -3, max: 100_000 }).map(String),
  );
  const mutable = directives.filter(({ isMutable, isProtected }) => isMutable && !isProtected);
  fc.assert(
    fc.property(fc.constantFrom(...mutable), values, ({ name }, value) => {
      const config = new Config();
      if (!config.set([[name, value]]).ok) return;
      const [[, shown] = ["", ""]] = config.get(name);
      expect(config.set([[name, shown]])).toEqual({ ok: true });
      expect(config.get(name)).toEqual([[name, shown]]);
    }),
  );
});

describe("listeners", () => {
  test("registered under an alias hear of the directive by any name", () => {
    const config = new Config();
    let calls = 0;
    config.onChange("lua-time-limit", () => void calls++);
    config.set([["busy-reply-threshold", "1"]]);
    config.set([["lua-time-limit", "2"]]);
    expect(calls).toBe(2);
  });

  test("are called once, after everything is set, and only when their directive changed", () => {
    const config = new Config();
    const seen: string[] = [];
    const both = () => void seen.push(`both ${config.maxmemory} ${config.timeout}`);
    config.onChange("maxmemory", both);
    config.onChange("timeout", both);
    config.onChange("hz", () => void seen.push("hz"));
    config.set([
      ["maxmemory", "1"],
      ["timeout", "2"],
      ["hz", "10"],
    ]);
    expect(seen).toEqual(["both 1 2"]);
  });

  test("may refuse: all is put back, and those that had acted are called again", () => {
    const config = new Config();
    const seen: string[] = [];
    config.onChange("maxmemory", () => void seen.push(`maxmemory ${config.maxmemory}`));
    config.onChange("port", () => {
      seen.push(`port ${config.port}`);
      return config.port === 1 ? "Unable to listen on this port. Check server logs." : undefined;
    });
    const result = config.set([
      ["maxmemory", "5"],
      ["port", "1"],
    ]);
    expect(result).toEqual({
      ok: false,
      error:
        "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
    });
    expect(seen).toEqual(["maxmemory 5", "port 1", "maxmemory 0", "port 6379"]);
    expect([config.maxmemory, config.port]).toEqual([0, 6379]);
  });
});

describe("standing", () => {
  test("a refused directive takes its default and tells the reason for anything else", () => {
    const config = new Config();
    expect(config.load("daemonize", ["no"])).toBeUndefined();
    expect(config.load("daemonize", ["yes"])).toContain("stays in the foreground");
    expect(config.get("daemonize")).toEqual([["daemonize", "no"]]);
  });

  test("an accepted directive warns once, and only for a value that is not its default", () => {
    const config = new Config();
    config.load("sanitize-dump-payload", ["no"]);
    expect(config.takeWarnings()).toEqual([]);
    config.load("sanitize-dump-payload", ["yes"]);
    config.set([["sanitize-dump-payload", "clients"]]);
    expect(config.takeWarnings()).toEqual([
      "The directive 'sanitize-dump-payload' has no effect: payloads are always checked as they are read",
    ]);
    expect(config.takeWarnings()).toEqual([]);
  });

  test("protected directives can be set when enable-protected-configs says so", () => {
    const config = new Config();
    const pairs = [["dbfilename", "x.rdb"]] as const;
    const error =
      "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config";
    expect(config.set(pairs)).toEqual({ ok: false, error });
    config.load("enable-protected-configs", ["local"]);
    expect(config.set(pairs, { isLocalClient: false })).toEqual({ ok: false, error });
    expect(config.set(pairs, { isLocalClient: true })).toEqual({ ok: true });
  });

  test("passwords are known as secrets", () => {
    expect(["requirepass", "MASTERAUTH", "maxmemory", "nosuch"].map(isSensitiveName)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

test("dir takes the path that was entered, and goes back when the set fails", () => {
  const entered: string[] = [];
  const config = new Config((path) => {
    entered.push(path);
    if (path === "/missing") return { ok: false, error: "No such file or directory" };
    return { ok: true, path: path === "." ? "/start" : path };
  });
  config.load("enable-protected-configs", ["yes"]);
  config.load("dir", ["."]);
  expect(config.dir).toBe("/start");
  expect(config.set([["dir", "/missing"]])).toMatchObject({ ok: false });
  expect(
    config.set([
      ["dir", "/other"],
      ["timeout", "x"],
    ]),
  ).toMatchObject({ ok: false });
  expect([config.dir, entered]).toEqual(["/start", [".", "/missing", "/other", "/start"]]);
});

test("CONFIG REWRITE's text loads to the same configuration", () => {
  const config = new Config();
  config.load("requirepass", ['a "b\\\n\x00\xff']);
  config.load("save", ["900", "1", "300", "10"]);
  config.load("unixsocketperm", ["0750"]);
  config.set([["client-output-buffer-limit", "replica 1gb 5 6"]]);
  const again = new Config();
  for (const line of config.rewrite("# mine\nport 1\n").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [name = "", ...rest] = line.split(" ");
    if (name !== "requirepass")
      expect(again.load(name, [rest.join(" ").replace(/^"(.*)"$/, "$1")])).toBeUndefined();
  }
  again.load("requirepass", [config.requirepass]);
  expect(again.get("*")).toEqual(config.get("*"));
});
