import { expect, test } from "vitest";
import { Config } from "../config/config.ts";
import type { Address, Listener, Net, NetFault } from "../env/net.ts";
import { createTestServer } from "../testing/command-runner.ts";
import { addressesOf, listenAll } from "./listeners.ts";

function configOf(settings: Readonly<Record<string, readonly string[]>>): Config {
  const config = new Config();
  for (const [name, args] of Object.entries(settings)) expect(config.load(name, args)).toBeUndefined();
  return config;
}

function shown(config: Config): string[] {
  return addressesOf(config).map(
    ({ address, isOptional }) => `${isOptional ? "maybe " : ""}${textOf(address)}`,
  );
}

function textOf(address: Address): string {
  return address.kind === "unix" ? address.path : `${address.host}|${address.port}`;
}

// Opens in the reverse of the order asked for; `faults` by address.
function listen(
  settings: Readonly<Record<string, string>>,
  faults: Readonly<Record<string, string>>,
): {
  listeners: readonly Listener[];
  fault: NetFault | undefined;
} {
  const waiting: (() => void)[] = [];
  const net: Net = {
    listen(address, _options, _accept, done) {
      const code = faults[textOf(address)];
      waiting.unshift(() =>
        done(
          code === undefined
            ? { ok: true, value: { address, close() {} } }
            : { ok: false, fault: { code, text: code } },
        ),
      );
    },
  };
  let result: ReturnType<typeof listen> | undefined;
  listenAll(net, createTestServer({ config: settings }).server, (listeners, fault) => {
    result = { listeners, fault };
  });
  for (const each of waiting) each();
  if (result === undefined) throw new Error("listenAll did not tell that it is done");
  return result;
}

test("the default addresses are all of IPv4, and of IPv6 where there is one", () => {
  expect(shown(new Config())).toEqual(["0.0.0.0|6379", "maybe ::|6379"]);
});

test("the configuration's addresses are taken one by one, and a unix socket beside them", () => {
  const config = configOf({ bind: ["127.0.0.1", "-::1", "::*"], port: ["7000"], unixsocket: ["/a/b"] });
  expect(shown(config)).toEqual(["127.0.0.1|7000", "maybe ::1|7000", "::|7000", "/a/b"]);
});

test("port 0 listens on no TCP port", () => {
  expect(shown(configOf({ port: ["0"] }))).toEqual([]);
  expect(shown(configOf({ port: ["0"], unixsocket: ["/a/b"] }))).toEqual(["/a/b"]);
});

test("listeners come in the order of the configuration, in whatever order they open", () => {
  const { listeners, fault } = listen({ bind: "127.0.0.1 127.0.0.2", unixsocket: "/a/b" }, {});
  expect(listeners.map(({ address }) => textOf(address))).toEqual([
    "127.0.0.1|6379",
    "127.0.0.2|6379",
    "/a/b",
  ]);
  expect(fault).toBeUndefined();
});

test("an optional address that the machine lacks is left out; one that is taken is a fault", () => {
  const without = listen({}, { "::|6379": "EAFNOSUPPORT" });
  expect(without.fault).toBeUndefined();
  expect(without.listeners.length).toBe(1);
  expect(listen({}, { "::|6379": "EADDRINUSE" }).fault?.code).toBe("EADDRINUSE");
  expect(listen({}, { "0.0.0.0|6379": "EACCES" }).fault?.code).toBe("EACCES");
});

test("with nothing to listen on, that is told at once", () => {
  expect(listen({ port: "0" }, {})).toEqual({ listeners: [], fault: undefined });
});
