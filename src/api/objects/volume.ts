/** Volumes of a pod, after k8s.io/api/core/v1. Only the sources that something here reads are typed; the rest is kept. */

interface KeyToPath {
  readonly key: string;
  /** Where it goes below the volume; may have folders. */
  readonly path: string;
  readonly mode?: number;
}

interface Items {
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

/** Of a ConfigMap, and of a Secret in a projected volume. */
export interface NamedSource extends Items {
  readonly name?: string;
}

interface SecretVolumeSource extends Items {
  readonly secretName?: string;
}

export interface DownwardFile {
  readonly path: string;
  readonly fieldRef?: { readonly apiVersion?: string; readonly fieldPath: string };
  readonly resourceFieldRef?: unknown;
  readonly mode?: number;
}

export interface TokenProjection {
  /** The API server's own unless given. */
  readonly audience?: string;
  readonly expirationSeconds?: number;
  readonly path: string;
}

export interface VolumeProjection {
  readonly configMap?: NamedSource;
  readonly secret?: NamedSource;
  readonly downwardAPI?: { readonly items?: readonly DownwardFile[] };
  readonly serviceAccountToken?: TokenProjection;
}

interface HasDefaultMode {
  readonly defaultMode?: number;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: NamedSource & HasDefaultMode;
  readonly secret?: SecretVolumeSource & HasDefaultMode;
  readonly downwardAPI?: { readonly items?: readonly DownwardFile[] } & HasDefaultMode;
  readonly projected?: { readonly sources?: readonly VolumeProjection[] } & HasDefaultMode;
  readonly emptyDir?: unknown;
  readonly hostPath?: { readonly path: string; readonly type?: string };
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  /** One file or folder of the volume in place of all of it. */
  readonly subPath?: string;
  /** The same, with `$(VAR)` of the container's environment. */
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}
