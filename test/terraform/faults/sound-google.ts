import type { Sound } from './spoil';

/** A sound resource of each type that a rule is for, with every block a rule looks into. */
export const soundGoogle: Sound = {
  google_service_account: { account_id: 'credit-risk' },
  google_storage_bucket: { name: 'models', location: 'EU', uniform_bucket_level_access: true },
  google_compute_network: { name: 'models', auto_create_subnetworks: false },
  google_project_iam_member: {
    project: 'my-project',
    role: 'roles/run.developer',
    member: '${google_service_account.sound.member}',
  },
  google_monitoring_alert_policy: {
    display_name: 'errors',
    combiner: 'OR',
    severity: 'CRITICAL',
    conditions: [
      {
        display_name: 'errors',
        condition_threshold: [
          {
            filter: 'metric.type="run.googleapis.com/request_count"',
            comparison: 'COMPARISON_GT',
            duration: '60s',
          },
        ],
      },
    ],
  },
  google_monitoring_dashboard: { dashboard_json: '{"displayName": "credit risk"}' },
  google_logging_project_bucket_config: {
    project: 'my-project',
    location: 'europe-west1',
    bucket_id: 'credit-risk',
    retention_days: 30,
  },
  google_monitoring_uptime_check_config: {
    display_name: 'ready',
    timeout: '10s',
    period: '60s',
    http_check: [{ path: '/v2/health/ready', port: 443, use_ssl: true }],
  },
  google_kms_crypto_key_iam_member: {
    crypto_key_id: 'projects/my-project/locations/europe-west1/keyRings/models/cryptoKeys/models',
    role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
    member: '${google_service_account.sound.member}',
  },
  google_vertex_ai_endpoint: {
    name: '1234567890',
    display_name: 'credit-risk',
    location: 'europe-west1',
    labels: { team: 'risk' },
    private_service_connect_config: [
      { enable_private_service_connect: true, project_allowlist: ['my-project'] },
    ],
    encryption_spec: [
      { kms_key_name: 'projects/my-project/locations/europe-west1/keyRings/models/cryptoKeys/models' },
    ],
  },
  google_workflows_workflow: {
    name: 'credit-risk-rollout',
    region: 'europe-west1',
    source_contents: '{"main": {"steps": [{"end": {"return": "done"}}]}}',
  },
  google_project_iam_custom_role: {
    role_id: 'credit_risk_rollout',
    title: 'Rollout of credit-risk',
    permissions: ['run.services.get'],
  },
  google_cloud_run_v2_service: {
    name: 'credit-risk',
    location: 'europe-west1',
    ingress: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
    labels: { team: 'risk' },
    template: [
      {
        revision: 'credit-risk-r2',
        service_account: '${google_service_account.sound.email}',
        max_instance_request_concurrency: 40,
        timeout: '30s',
        execution_environment: 'EXECUTION_ENVIRONMENT_GEN2',
        scaling: [{ min_instance_count: 1, max_instance_count: 10 }],
        volumes: [
          { name: 'model', gcs: [{ bucket: '${google_storage_bucket.sound.name}', read_only: true }] },
        ],
        containers: [
          {
            image: 'europe-docker.pkg.dev/my-project/serve/runtime:0.1.0',
            ports: [{ name: 'http1', container_port: 8080 }],
            resources: [{ limits: { cpu: '2', memory: '2Gi' }, cpu_idle: false }],
            volume_mounts: [{ name: 'model', mount_path: '/models' }],
            startup_probe: [
              {
                period_seconds: 5,
                failure_threshold: 12,
                http_get: [{ path: '/v2/health/ready', port: 8080 }],
              },
            ],
            liveness_probe: [{ period_seconds: 10, http_get: [{ path: '/v2/health/live' }] }],
          },
        ],
      },
    ],
    traffic: [
      {
        type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION',
        revision: 'credit-risk-r1',
        percent: 90,
        tag: 'stable',
      },
      { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 10, tag: 'canary' },
    ],
  },
};
