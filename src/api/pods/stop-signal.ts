/**
 * What a container may be asked to end with, by the operating system that its pod names: `lifecycle.stopSignal`, sorted as the
 * API server lists them.
 *
 * @see KEP-4960; kubernetes pkg/apis/core/validation, supportedStopSignalsLinux
 */
const linux: readonly string[] = [
  ...["SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL"],
  ...["SIGINT", "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT"],
  "SIGRTMAX",
  ...numbered("SIGRTMAX-", 14),
  "SIGRTMIN",
  ...numbered("SIGRTMIN+", 15),
  ...["SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN"],
  ...["SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ"],
];

/** Undefined for an operating system that no pod may name. */
export function stopSignalsOf(os: string): readonly string[] | undefined {
  if (os === "linux") return linux;
  return os === "windows" ? ["SIGKILL", "SIGTERM"] : undefined;
}

/** 1, 10, 11, …, 2, 3: in the order of texts. */
function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`).sort();
}
