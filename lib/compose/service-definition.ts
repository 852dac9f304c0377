/**
 * One service of a Compose file: the fields this target writes, and those most often added to them. Strings may hold
 * `${VARIABLES}` of Compose; a dollar sign that is meant literally is written `$$`.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md
 */
export interface ServiceDefinition {
  image: string;
  build?: BuildDefinition;
  platform?: string;
  pull_policy?: 'always' | 'missing' | 'never' | 'build';
  profiles?: string[];
  labels?: Record<string, string>;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  env_file?: (string | { path: string; required?: boolean; format?: string })[];
  user?: string;
  init?: boolean;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  cpus?: number;
  cpuset?: string;
  mem_limit?: string;
  memswap_limit?: string;
  pids_limit?: number;
  shm_size?: string;
  ulimits?: Record<string, number | { soft: number; hard: number }>;
  sysctls?: Record<string, string | number>;
  restart?: 'no' | 'always' | 'on-failure' | 'unless-stopped';
  stop_signal?: string;
  stop_grace_period?: string;
  healthcheck?: HealthCheckDefinition;
  logging?: { driver: string; options?: Record<string, string> };
  ports?: PortDefinition[];
  networks?: Record<string, ServiceNetworkDefinition>;
  extra_hosts?: Record<string, string>;
  dns?: string[];
  hostname?: string;
  volumes?: VolumeDefinition[];
  secrets?: { source: string; target?: string }[];
  depends_on?: Record<string, { condition: string; restart?: boolean; required?: boolean }>;
  deploy?: Record<string, unknown>;
  [extension: `x-${string}`]: unknown;
}

export interface BuildDefinition {
  context: string;
  dockerfile?: string;
  platforms?: string[];
  args?: Record<string, string>;
  network?: string;
}

export interface HealthCheckDefinition {
  test: string[];
  interval?: string;
  timeout?: string;
  retries?: number;
  start_period?: string;
  start_interval?: string;
}

export interface PortDefinition {
  target: number;
  published: string;
  host_ip?: string;
  protocol?: 'tcp' | 'udp';
  mode?: 'host' | 'ingress';
}

export interface ServiceNetworkDefinition {
  aliases?: string[];
  ipv4_address?: string;
}

export interface VolumeDefinition {
  type: 'bind' | 'volume' | 'tmpfs';
  source?: string;
  target: string;
  read_only?: boolean;
  bind?: { create_host_path?: boolean; selinux?: 'z' | 'Z'; propagation?: string };
}

/** https://github.com/compose-spec/compose-spec/blob/main/06-networks.md */
export interface NetworkDefinition {
  driver?: string;
  driver_opts?: Record<string, string>;
  internal?: boolean;
  external?: boolean;
  name?: string;
  ipam?: Record<string, unknown>;
  labels?: Record<string, string>;
}

/** https://github.com/compose-spec/compose-spec/blob/main/09-secrets.md */
export interface SecretDefinition {
  /** File of the host. */
  file?: string;
  /** Environment variable of whoever starts the project. */
  environment?: string;
  external?: boolean;
  name?: string;
}

/** Text that Compose takes as it is: `$` would begin a variable. */
export const literal = (text: string): string => text.replaceAll('$', '$$$$');
