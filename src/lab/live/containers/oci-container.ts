/** A container among its own files, by runc: what an image is in a cluster. */
import type { Container as ContainerSpec } from "../../../api/objects/pod.ts";
import type {
  RunningContainer,
  StartContainerRequest,
} from "../../../components/kubelet/kubelet-host.ts";
import type { Netns } from "../../../kernel/netns.ts";
import { Container } from "../../../kernel/oci/container.ts";
import { isInRoot } from "../../../kernel/oci/find-in-root.ts";
import { homeInRoot } from "../../../kernel/oci/home-in-root.ts";
import type { ContainerOutput } from "./live-container.ts";
import { rootMounts } from "./volume-folder.ts";

/** What container runtimes give a container that asks for nothing. */
const defaultCapabilities: readonly string[] = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"],
  ...["NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];

/** Where programs of an image are looked for, unless it says otherwise. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface OciContainer {
  readonly running: RunningContainer;
  /** Of its program, as the lab counts. */
  readonly pid: number;
  /** What a program beside its own finds. */
  readonly environment: Readonly<Record<string, string>>;
  /** What takes a program of the lab into it: the beginning of a command line. */
  readonly enter: readonly string[];
  /** Whether a program is among its files. */
  readonly hasProgram: (program: string) => boolean;
}

/** @param id as in the container's status: `podwire://…` */
export async function startOciContainer(
  id: string,
  netns: Netns,
  request: StartContainerRequest,
  output: ContainerOutput,
): Promise<OciContainer> {
  const { player, container, user, environment, hostname, hostsFile, resolvConf, mounts } = request;
  if (player.type !== "container") throw new RangeError("only an image can be started");
  const { securityContext, workingDir, lifecycle } = container;
  const env = { PATH, ...environment };
  const started = await Container.start(
    {
      id: id.replace(/^.*\//, ""),
      netns,
      root: player.root,
      readOnlyRoot: securityContext?.readOnlyRootFilesystem === true,
      mounts: rootMounts(mounts),
      hostname,
      hosts: hostsFile,
      resolvConf,
      command: player.command,
      env,
      workingDir,
      user,
      capabilities: capabilitiesOf(container),
      noNewPrivileges: securityContext?.allowPrivilegeEscalation === false,
      stopSignal: lifecycle?.stopSignal,
    },
    (stream, chunk) => output.write(stream, chunk),
  );
  // runc says where its own program is at home, if nobody else does.
  const beside = { HOME: homeInRoot(started.pid, user.uid), ...env };
  const running: RunningContainer = {
    id,
    exited: started.exited.then(({ exitCode }) => {
      output.end();
      const message = exitCode === 0 ? undefined : output.lastLine;
      return { exitCode, ...(message !== undefined && { message }) };
    }),
    stop: (options) => started.stop(options),
    exec: (command, options) => started.exec(command, { ...options, env: beside }),
  };
  const hasProgram = (program: string): boolean => isInRoot(started.pid, program, env.PATH);
  return { running, pid: started.pid, environment: beside, enter: started.enter, hasProgram };
}

/** With the prefix that the kernel's names have. `drop` comes first, so that `drop: [ALL]` and `add` go together. */
function capabilitiesOf({ securityContext }: ContainerSpec): readonly string[] {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  const left = defaultCapabilities.filter((name) => !drop.includes("ALL") && !drop.includes(name));
  return [...new Set([...left, ...add])].map((name) => `CAP_${name}`);
}
