import type { Container, Pod } from "../../../api/objects/pod.ts";
import { containerEnvironment } from "../environment/container-environment.ts";
import { expandVariables } from "../environment/expand-variables.ts";
import type { Environment } from "../environment/service-links.ts";
import { renderHostsFile } from "../files/hosts-file.ts";
import { podHostname } from "../files/pod-hostname.ts";
import { podResolver, renderResolvConf } from "../files/resolv-conf.ts";
import type { ImageStandIn, Player, PodSandbox, StartContainerRequest } from "../kubelet-host.ts";
import type { PodSurroundings } from "../pod-surroundings.ts";
import { containerMounts, type PlacedVolume } from "../volumes/container-mounts.ts";
import type { ContainerRecord } from "./container-record.ts";
import { type ContainerUser, containerUser } from "./container-user.ts";

/** What is there of the pod already. */
export interface PodGround {
  readonly sandbox: PodSandbox;
  readonly volumesByName: ReadonlyMap<string, PlacedVolume>;
}

/** @throws ContainerConfigError when the container refers to something that is not there. */
export function startRequest(
  pod: Pod,
  { sandbox, volumesByName }: PodGround,
  { container, role, run, restartCount }: ContainerRecord,
  around: PodSurroundings,
): StartContainerRequest {
  const { namespace = "" } = pod.metadata;
  const names = podHostname(pod, around.nodeName, around.clusterDomain);
  const standIn = around.standInFor(container.image ?? "");
  const environment = containerEnvironment({
    pod,
    container: { ...container, env: [...(container.env ?? []), ...(standIn?.env ?? [])] },
    place: { podIPs: sandbox.podIPs, hostIPs: around.nodeAddresses },
    hostname: names.kernelName,
    links: around.linksFor(pod),
    configMap: (name) => around.configMap(namespace, name),
    secret: (name) => around.secret(namespace, name),
  });
  const resolver = podResolver(pod, around.nodeResolver, around.clusterResolver);
  const player = playerFor(standIn, container, environment);
  return {
    pod,
    sandbox,
    container,
    role,
    player,
    // What stands in for an image without files of its own runs as whoever runs the lab.
    user: player.type === "container" ? containerUser(pod, container) : root,
    hostname: names.kernelName,
    environment,
    hostsFile: renderHostsFile(sandbox.podIPs, names, pod.spec.hostAliases),
    resolvConf: renderResolvConf(resolver),
    mounts: standIn === undefined ? [] : containerMounts(container, volumesByName, environment),
    attempt: run.type === "ended" ? restartCount + 1 : 0,
  };
}

const root: ContainerUser = { uid: 0, gid: 0, additionalGids: [] };

/** Without files of its own an image has no program that the manifest's command could name. */
function playerFor(
  standIn: ImageStandIn | undefined,
  { command, args }: Container,
  environment: Environment,
): Player {
  if (standIn === undefined) return { type: "responder" };
  const expand = (words: readonly string[]): readonly string[] =>
    words.map((word) => expandVariables(word, (name) => environment[name]));
  const { root } = standIn;
  if (root === undefined) return { type: "program", command: expand(standIn.command) };
  const words = [...(command ?? standIn.command), ...(args ?? [])];
  return { type: "container", command: expand(words), root };
}
