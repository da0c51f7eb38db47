import test from "ava";
import { moduleOrder } from "./module-order.ts";

const dependencies = `kernel/fs/overlayfs/overlay.ko:
kernel/drivers/virtio/virtio_ring.ko:
kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko
kernel/net/9p/9pnet.ko:
kernel/net/9p/9pnet_virtio.ko: kernel/net/9p/9pnet.ko kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
kernel/drivers/char/virtio-console.ko: kernel/drivers/virtio/virtio.ko kernel/drivers/virtio/virtio_ring.ko
`;

const cases = [
  {
    title: "what a module needs goes in before it, also when it is listed the other way round",
    names: ["9pnet_virtio"],
    order: [
      "kernel/net/9p/9pnet.ko",
      "kernel/drivers/virtio/virtio_ring.ko",
      "kernel/drivers/virtio/virtio.ko",
      "kernel/net/9p/9pnet_virtio.ko",
    ],
  },
  {
    title: "what two need goes in once, and - is _",
    names: ["virtio", "virtio_console"],
    order: [
      "kernel/drivers/virtio/virtio_ring.ko",
      "kernel/drivers/virtio/virtio.ko",
      "kernel/drivers/char/virtio-console.ko",
    ],
  },
  {
    title: "what is no module of this kernel is left out",
    names: ["netfs", "overlay"],
    order: ["kernel/fs/overlayfs/overlay.ko"],
  },
];

for (const { title, names, order } of cases) {
  test(title, (t) => {
    t.deepEqual(moduleOrder(dependencies, names), order);
  });
}
