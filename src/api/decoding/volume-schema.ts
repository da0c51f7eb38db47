import {
  anyObject,
  boolean,
  each,
  integer,
  list,
  object,
  type Schema,
  string,
  stringMap,
} from "./schema.ts";

const items = list(
  object(
    { ...each(string, "key", "path"), mode: integer },
    { name: "core.v1.KeyToPath", required: ["key", "path"] },
  ),
);

const configMap = object(
  { name: string, items, defaultMode: integer, optional: boolean },
  { name: "core.v1.ConfigMapVolumeSource" },
);

const secret = object(
  { secretName: string, items, defaultMode: integer, optional: boolean },
  { name: "core.v1.SecretVolumeSource" },
);

const projected = object(
  {
    defaultMode: integer,
    sources: list(
      object(
        {
          configMap: object(
            { name: string, items, optional: boolean },
            { name: "core.v1.ConfigMapProjection" },
          ),
          secret: object(
            { name: string, items, optional: boolean },
            { name: "core.v1.SecretProjection" },
          ),
          serviceAccountToken: object(
            { ...each(string, "audience", "path"), expirationSeconds: integer },
            { name: "core.v1.ServiceAccountTokenProjection", required: ["path"] },
          ),
          ...each(anyObject, "clusterTrustBundle", "downwardAPI", "podCertificate"),
        },
        { name: "core.v1.VolumeProjection" },
      ),
    ),
  },
  { name: "core.v1.ProjectedVolumeSource" },
);

/** The sources that decide about no packet are kept as they are. */
export const volume: Schema = object(
  {
    name: string,
    configMap,
    secret,
    projected,
    emptyDir: object(
      { medium: string, sizeLimit: { type: "quantity" } },
      { name: "core.v1.EmptyDirVolumeSource" },
    ),
    hostPath: object(each(string, "path", "type"), {
      name: "core.v1.HostPathVolumeSource",
      required: ["path"],
    }),
    persistentVolumeClaim: object(
      { claimName: string, readOnly: boolean },
      { name: "core.v1.PersistentVolumeClaimVolumeSource", required: ["claimName"] },
    ),
    csi: object(
      {
        ...each(string, "driver", "fsType"),
        readOnly: boolean,
        volumeAttributes: stringMap,
        nodePublishSecretRef: anyObject,
      },
      { name: "core.v1.CSIVolumeSource", required: ["driver"] },
    ),
    ...each(
      anyObject,
      "awsElasticBlockStore",
      "azureDisk",
      "azureFile",
      "cephfs",
      "cinder",
      "downwardAPI",
      "ephemeral",
      "fc",
      "flexVolume",
      "flocker",
      "gcePersistentDisk",
      "gitRepo",
      "glusterfs",
      "image",
      "iscsi",
      "nfs",
      "photonPersistentDisk",
      "portworxVolume",
      "quobyte",
      "rbd",
      "scaleIO",
      "storageos",
      "vsphereVolume",
    ),
  },
  { name: "core.v1.Volume", required: ["name"] },
);
