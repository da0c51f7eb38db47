/** Who the server says it is. */

/** The version of Kubernetes that podwire follows, as `kubectl version` shows it. */
export function versionInfo(gitVersion: string, platform: string): object {
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform,
  };
}
