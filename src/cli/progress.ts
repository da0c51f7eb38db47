import type { LabEvent } from "../observe/event.ts";
import type { Terminal } from "./terminal.ts";

/** What building a lab shows on standard error: one redrawn line on a terminal, plain lines elsewhere. */
export class Progress implements Disposable {
  readonly #terminal: Terminal;
  #readyPods = 0;
  #drawn = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  event(event: LabEvent): void {
    switch (event.type) {
      case "phase-started":
        this.#show(`${event.phase}: ${event.detail}`);
        break;
      case "pod-ready":
        this.#readyPods++;
        if (this.#terminal.canRedraw) this.#show(`pods: ${this.#readyPods} ready`);
        break;
      case "warning": {
        const { location, message } = event;
        const at =
          location === undefined ? "" : `${location.file}:${location.line}:${location.column}: `;
        this.#clear();
        this.#terminal.err(`warning: ${at}${message}\n`);
        break;
      }
      default:
    }
  }

  [Symbol.dispose](): void {
    this.#clear();
  }

  #show(text: string): void {
    const { canRedraw, err } = this.#terminal;
    if (canRedraw) {
      this.#clear();
      err(text);
      this.#drawn = true;
    } else {
      err(`${text}\n`);
    }
  }

  #clear(): void {
    // Carriage return, then "erase in line" (ECMA-48 EL).
    if (this.#drawn) this.#terminal.err("\r\u001b[K");
    this.#drawn = false;
  }
}
