/**
 * Devices that the kernel puts into every new netns as soon as somebody has loaded the modules of tunnels, as the doctor does: Linux'
 * Documentation/admin-guide/sysctl/net.rst, fb_tunnels_only_for_init_net.
 */
const fallbackTunnels: readonly string[] = ["tunl0", "gre0", "gretap0", "erspan0"];

/** Whether somebody made the device: it has another name than theirs. */
export function isMade(name: string): boolean {
  return !fallbackTunnels.includes(name);
}
