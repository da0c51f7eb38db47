import test from "ava";
import type { Container, Pod } from "../../api/objects/pod.ts";
import type { Service, ServicePort } from "../../api/objects/service.ts";
import { responderPorts } from "./responder-ports.ts";

function pod(...containers: Array<Partial<Container>>): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web-1", namespace: "default", labels: { app: "web" } },
    spec: {
      containers: containers.map((container, index) => ({ name: `c${index}`, ...container })),
    },
  };
}

function service(
  ports: readonly ServicePort[],
  selector: Readonly<Record<string, string>> = { app: "web" },
): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default" },
    spec: { selector, ports },
  };
}

const http = { containerPort: 80, name: "http" };

interface Row {
  readonly title: string;
  readonly pod: Pod;
  readonly services?: readonly Service[];
  readonly container?: string;
  readonly programs?: readonly string[];
  /** `80/TCP`, in brackets what is only a courtesy. */
  readonly ports: string;
}

const rows: readonly Row[] = [
  {
    title: "a declared port, and UDP beside it",
    pod: pod({ ports: [http] }),
    ports: "80/TCP (80/UDP)",
  },
  {
    title: "both protocols declared",
    pod: pod({
      ports: [
        { containerPort: 53, protocol: "UDP" },
        { containerPort: 53, protocol: "TCP" },
      ],
    }),
    ports: "53/UDP 53/TCP",
  },
  { title: "nothing declared, nothing targeted", pod: pod({}), ports: "" },
  {
    title: "an undeclared port that a Service targets",
    pod: pod({}),
    services: [service([{ port: 80, targetPort: 8080 }])],
    ports: "8080/TCP (8080/UDP)",
  },
  {
    title: "a Service without targetPort means its own port",
    pod: pod({}),
    services: [service([{ port: 9000, protocol: "UDP" }])],
    ports: "9000/UDP (9000/TCP)",
  },
  {
    title: "a named targetPort is a declared port or nothing",
    pod: pod({ ports: [http] }),
    services: [
      service([
        { port: 8000, targetPort: "http" },
        { port: 8001, targetPort: "absent" },
      ]),
    ],
    ports: "80/TCP (80/UDP)",
  },
  {
    title: "a Service that selects others",
    pod: pod({}),
    services: [service([{ port: 80 }], { app: "db" })],
    ports: "",
  },
  {
    title: "a Service without selector",
    pod: pod({}),
    services: [service([{ port: 80 }], {})],
    ports: "",
  },
  {
    title: "PORT, when nothing is declared",
    pod: pod({ env: [{ name: "PORT", value: "3550" }] }),
    ports: "3550/TCP (3550/UDP)",
  },
  {
    title: "PORT says nothing beside declared ports",
    pod: pod({ ports: [http], env: [{ name: "PORT", value: "3550" }] }),
    ports: "80/TCP (80/UDP)",
  },
  {
    title: "a port that only a probe knows",
    pod: pod({ ports: [http], readinessProbe: { grpc: { port: 9555 } } }),
    ports: "80/TCP 9555/TCP (80/UDP) (9555/UDP)",
  },
  {
    title: "of two containers, the one without ports gets the Service's",
    pod: pod({ ports: [http] }, {}),
    services: [service([{ port: 80 }, { port: 81 }])],
    container: "c1",
    ports: "81/TCP (81/UDP)",
  },
  {
    title: "of two containers, the other one does not",
    pod: pod({ ports: [http] }, {}),
    services: [service([{ port: 80 }, { port: 81 }])],
    ports: "80/TCP (80/UDP)",
  },
  {
    title: "a real program's container is not the one that gets them",
    pod: pod({ ports: [http] }, {}),
    services: [service([{ port: 81 }])],
    programs: ["c1"],
    ports: "80/TCP 81/TCP (80/UDP) (81/UDP)",
  },
  {
    title: "the other protocol is left to the container that declares it",
    pod: pod({ ports: [http] }, { ports: [{ containerPort: 80, protocol: "UDP" }] }),
    ports: "80/TCP",
  },
  {
    title: "two containers that declare one port both want it",
    pod: pod({ ports: [http] }, { ports: [http] }),
    container: "c1",
    ports: "80/TCP (80/UDP)",
  },
];

for (const { title, services = [], container = "c0", programs = [], ports, ...row } of rows) {
  test(title, (t) => {
    const responds = ({ name }: Container): boolean => !programs.includes(name);
    const opened = responderPorts({ pod: row.pod, container, services, responds });
    const text = opened.map(({ port, protocol, required }) =>
      required ? `${port}/${protocol}` : `(${port}/${protocol})`,
    );
    t.is(text.join(" "), ports);
  });
}
