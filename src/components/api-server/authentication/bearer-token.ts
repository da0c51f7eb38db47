/** The token of an `Authorization: Bearer` header; undefined when there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme = "", token = ""] = (authorization ?? "").trim().split(/ +/);
  return scheme.toLowerCase() === "bearer" && token !== "" ? token : undefined;
}
