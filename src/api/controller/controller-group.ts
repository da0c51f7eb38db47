import { CleanupStack } from "../../base/cleanup-stack.ts";
import { type Busy, type Controller, whenAllIdle } from "./controller.ts";

/** Several controllers that are one to whoever runs them. Disposing the group ends them, last first. */
export class ControllerGroup implements Busy, AsyncDisposable {
  readonly #members: readonly Controller[];

  constructor(members: readonly Controller[]) {
    this.#members = members;
  }

  get isIdle(): boolean {
    return this.#members.every(({ isIdle }) => isIdle);
  }

  whenIdle(): Promise<void> {
    return whenAllIdle(this.#members);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using stack = new CleanupStack();
    for (const member of this.#members) stack.use(member);
  }
}
