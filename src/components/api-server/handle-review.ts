import { type Answer, answerObject, type Call } from "./http/call.ts";
import { decodeBody } from "./http/decode-body.ts";
import { methodNotAllowed } from "./http/refusals.ts";
import type { ResourceTarget } from "./http/request-target.ts";
import { answerReview, reviewsOf } from "./reviews/all-reviews.ts";
import type { ServerContext } from "./server-context.ts";

/** Undefined when the URL names no review. */
export async function handleReview(
  { store, tokens }: Pick<ServerContext, "store" | "tokens">,
  target: ResourceTarget,
  call: Call,
): Promise<Answer | undefined> {
  const review = reviewsOf(target).find(({ plural }) => plural === target.plural);
  if (review === undefined) return undefined;
  if (call.method !== "POST" || target.name !== undefined) throw methodNotAllowed();
  const question = decodeBody(await call.body(), call.headers["content-type"], review.kind);
  return answerObject(answerReview(review, question, { store, tokens, user: call.user }), {
    code: 201,
  });
}
