/** An IP-in-IP tunnel device: table IFLA_IPTUN_* of linux/if_tunnel.h. The packets themselves: RFC 2003. */
import { boolean8, u8 } from "../attribute-codec.ts";
import { encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE } from "../message.ts";
import { RTM_NEWLINK } from "../rtnetlink/rtm.ts";
import { encodeLinkMessage, type LinkSettings } from "./link-message.ts";

const ipip = {
  /** 0: the outer packet has the inner one's. */
  ttl: [4, u8],
  pathMtuDiscovery: [10, boolean8],
} as const;

/**
 * A device without ends: the route says whereto. The module gives every netns one of these, called `tunl0`, unless
 * `net.core.fb_tunnels_only_for_init_net` keeps it from that; a second one is refused, and so is this request for the first.
 *
 * Equivalent to: `ip link add $name type ipip remote any local any ttl inherit nopmtudisc`
 */
export function linkAddIpip(settings: LinkSettings): NetlinkRequest {
  return {
    operation: `RTM_NEWLINK ${settings.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE,
    payload: encodeLinkMessage(settings, {
      kind: "ipip",
      data: encodeAttributes({ ttl: 0, pathMtuDiscovery: false }, ipip),
    }),
  };
}
