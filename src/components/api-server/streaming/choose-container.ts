/** Which container a request is about. Pure; after registry/core/pod's validateContainer. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { ContainerStatus, Pod } from "../../../api/objects/pod.ts";

/** @throws ApiError BadRequest, in the real server's words, when none is named and there are several, or none has that name. */
export function chooseContainer({ metadata, spec }: Pod, wanted: string): string {
  const names = spec.containers.map(({ name }) => name);
  const initNames = (spec.initContainers ?? []).map(({ name }) => name);
  if (wanted !== "") {
    if ([...names, ...initNames].includes(wanted)) return wanted;
    throw new ApiError("BadRequest", `container ${wanted} is not valid for pod ${metadata.name}`);
  }
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  const choice = `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(" ")}]`;
  const inits =
    initNames.length > 0 ? ` or one of the init containers: [${initNames.join(" ")}]` : "";
  throw new ApiError("BadRequest", `${choice}${inits}`);
}

export function containerStatus({ status }: Pod, name: string): ContainerStatus | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = status ?? {};
  return [...containerStatuses, ...initContainerStatuses].find((each) => each.name === name);
}
