/** What QEMU is told. */
import type { GuestKernel } from "./unpack-kernel.ts";

export type Accelerator = "kvm" | "tcg";

export interface Hardware {
  readonly cpus: number;
  readonly memoryMiB: number;
}

export interface Share {
  /** By which the guest mounts it. */
  readonly tag: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface MachinePlan {
  readonly kernel: GuestKernel;
  readonly accelerator: Accelerator;
  readonly hardware: Hardware;
  /** How fast the host's processors count, in kHz, where that is known. */
  readonly tscKhz: number | undefined;
  /** File with the first file system. */
  readonly initramfs: string;
  readonly shares: readonly Share[];
  /** Descriptors of the guest's ports, in their order: /dev/vport0p1 and so on. */
  readonly ports: readonly string[];
  /** A network card that leads out through QEMU, as a program of the host's. */
  readonly hasNetwork: boolean;
  /** Descriptor on which the kernel's log comes. */
  readonly console: string;
  /** Everything the kernel says, not only what is wrong. */
  readonly verbose: boolean;
}

/** The kernel's own parameters: Documentation/admin-guide/kernel-parameters.txt. */
function kernelParameters({ verbose, accelerator, tscKhz }: MachinePlan): string {
  return [
    "console=ttyS0",
    ...(verbose ? ["loglevel=7"] : ["quiet", "loglevel=4"]),
    // A kernel in trouble ends the machine, so that nobody waits for it.
    "panic=-1",
    "oops=panic",
    // A processor that waits for a busy host is not stuck.
    "nowatchdog",
    // Nor is its timer broken, when it is late for the kernel's own look at it, which ends in a panic.
    "no_timer_check",
    // What costs time at every start, and protects nobody in here.
    "mitigations=off",
    "cryptomgr.notests",
    "nokaslr",
    "audit=0",
    "apparmor=0",
    "random.trust_cpu=on",
    // An emulated processor counts as the host's does. Told how fast, since a kernel that measures it on a
    // busy host may be wrong by a factor of twenty, and all its clocks with it.
    ...(accelerator === "tcg" && tscKhz !== undefined
      ? ["tsc=reliable", `tsc_early_khz=${tscKhz}`]
      : []),
  ].join(" ");
}

export function qemuArguments(plan: MachinePlan): readonly string[] {
  const { kernel, accelerator, hardware, initramfs, shares, ports } = plan;
  const emulated = accelerator === "tcg";
  return [
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
    // What a newer processor can do besides costs an emulated one a tenth more time, and nothing here needs it.
    ...["-machine", "q35", "-cpu", emulated ? "qemu64" : "host"],
    ...["-accel", emulated ? "tcg,thread=multi" : "kvm"],
    ...["-smp", String(hardware.cpus), "-m", `${hardware.memoryMiB}M`],
    ...["-kernel", kernel.image, "-initrd", initramfs, "-append", kernelParameters(plan)],
    ...["-chardev", `socket,id=console,fd=${plan.console}`, "-serial", "chardev:console"],
    ...(ports.length > 0 ? ["-device", "virtio-serial-pci"] : []),
    ...ports.flatMap(portArguments),
    ...shares.flatMap(shareArguments),
    // Last: the guest numbers its ports after the place of their device, which is the first.
    ...(plan.hasNetwork ? networkArguments : []),
  ];
}

const networkArguments: readonly string[] = [
  ...["-netdev", "user,id=network,ipv6=off"],
  ...["-device", "virtio-net-pci,netdev=network"],
];

function portArguments(descriptor: string, index: number): readonly string[] {
  const number = index + 1;
  return [
    ...["-chardev", `socket,id=port${number},fd=${descriptor}`],
    ...["-device", `virtserialport,chardev=port${number},nr=${number}`],
  ];
}

/**
 * The host's files with the rights of whoever runs QEMU. Folders of several of the host's file
 * systems are in it, so inode numbers are made anew where they would clash.
 */
function shareArguments({ tag, path, readOnly }: Share): readonly string[] {
  const access = readOnly ? ",readonly=on" : "";
  return [
    ...[
      "-fsdev",
      `local,id=${tag},path=${escaped(path)},security_model=none,multidevs=remap${access}`,
    ],
    ...["-device", `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
}

/** QEMU takes a comma for the end of a value unless it is doubled. */
function escaped(file: string): string {
  return file.replaceAll(",", ",,");
}
