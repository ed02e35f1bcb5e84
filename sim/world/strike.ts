// Strike: what a scheduled fault of each name does to a node, its machine, its clients or the network.

import type { ScheduledFault } from "../plan.ts";
import { nodePlace } from "./connection.ts";
import type { FaultName } from "./faults.ts";
import { due, type Ground } from "./ground.ts";
import type { Links, Shape } from "./links.ts";
import type { NodeProcess } from "./process.ts";

/** What a fault may reach beside its node. */
export type Reach = {
  readonly ground: Ground;
  readonly links: Links;
  /** All nodes and clients, by place. */
  readonly places: () => readonly string[];
  /** A node's planned settings. */
  readonly configOf: (id: number) => Readonly<Record<string, string>>;
  readonly restartLater: (
    node: NodeProcess,
    afterUs: number,
    config?: Readonly<Record<string, string>>,
  ) => void;
};

/** Does it; what there is nothing to do it to does not count as fired. */
export function strike(reach: Reach, node: NodeProcess, fault: ScheduledFault): void {
  const { name } = fault;
  if (name.startsWith("part.")) partition(reach, node, fault);
  else if (name === "tcp.half-open" || name === "tcp.slow-reader") strikeConnection(reach, node, fault);
  else if (name === "disk.bit-rot") {
    if (node.disk.rot(fault.config?.["file"] ?? "")) reach.ground.fired(name, node.id, "");
  } else if (node.isUp) {
    reach.ground.fired(name, node.id, `${fault.forUs ?? 0} us, ${fault.amount ?? 0}`);
    strikeNode(reach, node, fault);
  }
}

function strikeConnection({ ground }: Reach, node: NodeProcess, { name, forUs = 0 }: ScheduledFault): void {
  const open = [...node.connections].filter((each) => !each.isSilent && !each.clientEnd.isClosed);
  if (open.length === 0) return;
  const victim = ground.stream(`fault/${name}`).pick(open);
  ground.fired(name, node.id, `client ${victim.client}`);
  if (name === "tcp.half-open") victim.goSilent();
  else victim.clientEnd.closeWindow(ground.queue.nowUs + forUs);
}

function strikeNode(reach: Reach, node: NodeProcess, fault: ScheduledFault): void {
  const { name, forUs = 0, amount = 0, config } = fault;
  const { queue } = reach.ground;
  const untilUs = queue.nowUs + forUs;
  const atEnd = (end: () => void): void => queue.push(untilUs, 0, due(end));
  switch (name) {
    case "proc.stop":
      node.stop(); // It is started again when it has ended.
      return;
    case "proc.kill":
      node.kill();
      reach.restartLater(node, forUs, config);
      break;
    case "proc.power-loss":
      node.losePower();
      reach.restartLater(node, forUs, config);
      break;
    case "proc.wipe":
      node.losePower();
      node.disk.store.wipe();
      // Whoever replaces a disk installs the settings again.
      node.install(config ?? reach.configOf(node.id));
      reach.restartLater(node, forUs);
      break;
    case "proc.pause":
      node.pause(untilUs);
      break;
    case "proc.slow":
      node.slowFactor = Math.max(2, amount);
      atEnd(() => {
        node.slowFactor = 1;
      });
      return; // Handled by what runs meanwhile.
    case "disk.full":
      node.disk.fill(untilUs);
      return; // Handled by a write that fails.
    case "disk.stall":
      node.disk.stall(untilUs);
      break;
    case "clock.jump-forward":
    case "clock.jump-back":
      node.clock.jump(name === "clock.jump-back" ? -amount : amount);
      break;
    case "clock.freeze":
      node.clock.freeze(queue.nowUs);
      atEnd(() => node.clock.thaw());
      break;
    case "memory.pressure":
      squeeze(node, amount, atEnd);
      return; // Handled by what has to go.
    default:
      throw new Error(`${name} cannot be scheduled`);
  }
  node.awaitRun(name);
}

function partition({ ground, links, places }: Reach, node: NodeProcess, fault: ScheduledFault): void {
  const { name, forUs = 0 } = fault;
  const shape = shapeOf(name);
  const times = { nowUs: ground.queue.nowUs, forUs };
  const pairs = links.cut(shape, places(), nodePlace(node.id), times, ground.stream(`fault/${name}`));
  ground.fired(name, node.id, `${forUs} us: ${pairs.join(" ")}`);
}

function shapeOf(name: FaultName): Shape {
  return name.slice("part.".length) as Shape;
}

// The limit is set as an operator's CONFIG SET would, to `percent` of what is in use, and taken back in the end unless
// someone else has set another meanwhile.
function squeeze(node: NodeProcess, percent: number, atEnd: (end: () => void) => void): void {
  const { server, generation } = node;
  if (server === undefined) return;
  const before = `${server.config.maxmemory}`;
  const limit = `${Math.max(1, Math.floor((server.usedBytes() * percent) / 100))}`;
  server.config.set([["maxmemory", limit]]);
  atEnd(() => {
    if (node.generation !== generation || node.server === undefined) return;
    if (`${node.server.config.maxmemory}` === limit) node.server.config.set([["maxmemory", before]]);
  });
}
