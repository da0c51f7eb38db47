/** Who makes a request, as authentication.k8s.io's UserInfo has it. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export const authenticatedGroup = "system:authenticated";

/** Who has shown no credential; may see what says nothing of the cluster: version and health. */
export const anonymous: User = {
  username: "system:anonymous",
  groups: ["system:unauthenticated"],
};
