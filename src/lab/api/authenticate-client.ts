import { TLSSocket } from "node:tls";
import { ApiError } from "../../api/errors/api-error.ts";
import type { Authenticate } from "../../components/api-server/authentication/authenticate.ts";
import { bearerToken } from "../../components/api-server/authentication/bearer-token.ts";
import type { ServiceAccountTokens } from "../../components/api-server/authentication/service-account-tokens.ts";
import { authenticatedGroup, type User } from "../../components/api-server/authentication/user.ts";

/** By the certificate that the connection was made with, or else by the token that the request carries. */
export function authenticateClient(tokens: ServiceAccountTokens): Authenticate {
  const byConnection = new WeakMap<TLSSocket, User>();
  return ({ socket, headers }) => {
    if (socket instanceof TLSSocket && socket.authorized) {
      const user = byConnection.get(socket) ?? userOfCertificate(socket);
      byConnection.set(socket, user);
      return user;
    }
    const token = bearerToken(headers.authorization);
    if (token === undefined) return undefined;
    const user = tokens.verify(token);
    if (user === undefined) throw new ApiError("Unauthorized", "Unauthorized");
    return user;
  };
}

/** As Kubernetes reads one: the common name is the user, organisations are groups. */
function userOfCertificate(socket: TLSSocket): User {
  const { subject } = socket.getPeerCertificate();
  // Node's types have one text each; several of a kind are a list.
  const { CN, O } = subject as {
    readonly CN?: string | readonly string[];
    readonly O?: string | readonly string[];
  };
  return {
    username: [CN ?? ""].flat()[0] ?? "",
    groups: [...[O ?? []].flat(), authenticatedGroup],
  };
}
