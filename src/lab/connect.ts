import { labSocketPath, listLabs, type RunningLab } from "../kernel/sandbox/lab-socket.ts";
import { ControlClient } from "./control/control-client.ts";
import { Lab } from "./lab.ts";
import { LabError } from "./lab-error.ts";

/** The labs of this user that run on this host. */
export function runningLabs(): readonly RunningLab[] {
  return listLabs().filter(({ uid }) => uid === process.getuid?.());
}

/**
 * A handle on a lab that runs already. Without a name: the one that runs.
 *
 * @throws LabError `LAB_GONE` when there is none, `LAB_AMBIGUOUS` when there are several to choose from.
 */
export function connect(name?: string): Lab {
  const labs = runningLabs();
  const [first] = labs;
  const names = labs.map((lab) => lab.name).join(", ");
  if (name !== undefined) {
    const lab = labs.find((each) => each.name === name);
    if (lab !== undefined) return handle(lab);
    throw usage(
      "LAB_GONE",
      `no lab ${name} is running`,
      names === "" ? upHint : `running: ${names}`,
    );
  }
  if (first === undefined) throw usage("LAB_GONE", "no lab is running", upHint);
  if (labs.length > 1) {
    throw usage("LAB_AMBIGUOUS", `several labs are running: ${names}`, "say which with --lab NAME");
  }
  return handle(first);
}

const upHint = "start one with podwire up FILE";

function handle(lab: RunningLab): Lab {
  return new Lab(lab.name, new ControlClient(labSocketPath(lab)));
}

function usage(code: string, message: string, hint: string): LabError {
  return new LabError({ code, message, hint, exitCode: 2 });
}
