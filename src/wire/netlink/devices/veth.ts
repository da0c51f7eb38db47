/** A veth pair: IFLA_INFO_DATA holds VETH_INFO_PEER, which holds a whole link message for the other end. */
import { bytes } from "../attribute-codec.ts";
import { encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_EXCL } from "../message.ts";
import { RTM_NEWLINK } from "../rtnetlink/rtm.ts";
import { encodeLinkMessage, type LinkSettings } from "./link-message.ts";

const data = { peer: [1, bytes] } as const;

/**
 * What a veth uses anyway, unless it is told otherwise. The kernel makes as many as there are processors and
 * then takes all but the first back, and waits for an RCU grace period over it: for each end,
 * a quarter of what the whole pair costs.
 */
const QUEUES = 1;

/**
 * Both ends at once, each in its netns, with name, MAC, MTU and state: nothing is
 * moved or renamed afterwards, so no temporary name can clash. A master of the peer
 * is not heeded by the kernel; set it afterwards.
 *
 * Equivalent to: `ip link add $name numtxqueues 1 numrxqueues 1 type veth peer name $peer netns $netns numtxqueues 1 numrxqueues 1`
 */
export function linkAddVeth(
  end: LinkSettings,
  peer: Omit<LinkSettings, "masterIndex">,
): NetlinkRequest {
  return {
    operation: `RTM_NEWLINK ${end.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    payload: encodeLinkMessage(
      { ...end, queues: QUEUES },
      {
        kind: "veth",
        data: encodeAttributes({ peer: encodeLinkMessage({ ...peer, queues: QUEUES }) }, data),
      },
    ),
  };
}
