import type { IncomingMessage } from "node:http";
import type { User } from "./user.ts";

/**
 * Who makes a request. Undefined when it carries no credential.
 *
 * @throws ApiError Unauthorized for a credential that is not good.
 */
export type Authenticate = (request: IncomingMessage) => User | undefined;
