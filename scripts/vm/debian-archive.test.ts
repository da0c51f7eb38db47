import test from "ava";
import { parseKernelPackages } from "./debian-archive.ts";

test("what the package that follows the current kernel depends on", (t) => {
  const text = `Package: linux-image-amd64
Version: 6.12.117-1
Depends: linux-image-6.12.117+deb13-amd64 (= 6.12.117-1)

Package: linux-image-amd64
Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)
`;
  t.deepEqual(parseKernelPackages(text), [
    { name: "linux-image-6.12.117+deb13-amd64", version: "6.12.117-1" },
    { name: "linux-image-6.1.0-56-amd64", version: "6.1.192-2" },
  ]);
});
