/** Address families of linux/socket.h, as rtnetlink's headers name them. */
import { familyOf, type IpAddress } from "../../net/ip-address.ts";

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;

export function addressFamily(address: IpAddress): number {
  return familyOf(address) === "ipv4" ? AF_INET : AF_INET6;
}
