/** `/openapi/v2` and `/openapi/v3`. The documents never change while the server runs: each is made once, when first asked for. */
import { createHash } from "node:crypto";
import type { Answer, Call } from "../http/call.ts";
import { type SwaggerDocument, swaggerDocument } from "./document-v2.ts";
import { openApiDocument, openApiIndex } from "./document-v3.ts";
import { encodeSwagger } from "./encode-document.ts";

const title = "podwire";

interface Made {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** Changes with the body; clients ask with it whether there is anything new. */
  readonly etag: string;
}

export class OpenApi {
  readonly #version: string;
  readonly #made = new Map<string, Made | undefined>();
  #swagger: SwaggerDocument | undefined;

  /** @param version of the API that the server speaks: `v1.34.0`. */
  constructor(version: string) {
    this.#version = version;
  }

  /** Undefined for what there is not. `path` is what follows `/openapi/`. */
  answer(path: readonly string[], { headers }: Pick<Call, "headers">): Answer | undefined {
    const [root, ...rest] = path;
    const made =
      root === "v2" && rest.length === 0
        ? this.#once(wantsProtobuf(headers.accept) ? "v2 protobuf" : "v2", (key) => this.#v2(key))
        : root === "v3"
          ? this.#once(`v3/${rest.join("/")}`, () => this.#v3(rest.join("/")))
          : undefined;
    if (made === undefined) return undefined;
    const { contentType, body, etag } = made;
    const isKnown = headers["if-none-match"] === etag;
    return {
      type: "text",
      code: isKnown ? 304 : 200,
      contentType,
      text: isKnown ? "" : body,
      headers: { etag, vary: "Accept" },
    };
  }

  #once(key: string, make: (key: string) => Omit<Made, "etag"> | undefined): Made | undefined {
    if (!this.#made.has(key)) {
      const made = make(key);
      this.#made.set(key, made && { ...made, etag: etagOf(made.body) });
    }
    return this.#made.get(key);
  }

  #v2(key: string): Omit<Made, "etag"> {
    this.#swagger ??= swaggerDocument(title, this.#version);
    return key === "v2 protobuf"
      ? // The type that clients ask for is no well-formed media type, and current ones refuse it.
        { contentType: "application/octet-stream", body: encodeSwagger(this.#swagger) }
      : { contentType: "application/json", body: JSON.stringify(this.#swagger) };
  }

  #v3(path: string): Omit<Made, "etag"> | undefined {
    const document =
      path === ""
        ? openApiIndex(title, this.#version)
        : openApiDocument(path, title, this.#version);
    if (document === undefined) return undefined;
    return { contentType: "application/json", body: JSON.stringify(document) };
  }
}

function wantsProtobuf(accept: string = ""): boolean {
  return accept.includes("proto-openapi");
}

function etagOf(body: string | Uint8Array): string {
  return `"${createHash("sha512").update(body).digest("hex").toUpperCase()}"`;
}
