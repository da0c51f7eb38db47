/** Why a node cannot take the pod, in kube-scheduler's words. */
export interface Refusal {
  readonly reason: string;
  /** True where the end of a pod on the node would help. */
  readonly isCurable: boolean;
}

export function curable(reason: string): Refusal {
  return { reason, isCurable: true };
}

export function incurable(reason: string): Refusal {
  return { reason, isCurable: false };
}

/** `0/3 nodes are available: …. preemption: 0/3 nodes are available: ….` */
export function describeRefusals(refusals: readonly Refusal[]): string {
  if (refusals.length === 0) return "no nodes available to schedule pods";
  const reasons = histogram(refusals.map(({ reason }) => reason));
  const help = histogram(
    refusals.map(({ isCurable }) =>
      isCurable
        ? "No preemption victims found for incoming pod"
        : "Preemption is not helpful for scheduling",
    ),
  );
  const none = `0/${refusals.length} nodes are available:`;
  return `${none} ${reasons}. preemption: ${none} ${help}.`;
}

/** `1 this, 2 that`: sorted as text, as upstream does it. */
function histogram(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => `${count} ${word}`)
    .sort()
    .join(", ");
}
