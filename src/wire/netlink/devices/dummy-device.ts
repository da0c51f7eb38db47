/** A device of kind dummy: it has addresses, and swallows what is sent to it. */

import { type NetlinkRequest, NLM_F_CREATE, NLM_F_EXCL } from "../message.ts";
import { RTM_NEWLINK } from "../rtnetlink/rtm.ts";
import { encodeLinkMessage, type LinkSettings } from "./link-message.ts";

/** Equivalent to: `ip link add $name type dummy` */
export function linkAddDummy(settings: LinkSettings): NetlinkRequest {
  return {
    operation: `RTM_NEWLINK ${settings.name}`,
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    payload: encodeLinkMessage(settings, { kind: "dummy" }),
  };
}
