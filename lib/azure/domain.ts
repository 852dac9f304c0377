import type { ContainerApp } from '@cdktf/provider-azurerm/lib/container-app';
import { ContainerAppCustomDomain } from '@cdktf/provider-azurerm/lib/container-app-custom-domain';
import { ContainerAppEnvironmentCertificate } from '@cdktf/provider-azurerm/lib/container-app-environment-certificate';
import { DnsCnameRecord } from '@cdktf/provider-azurerm/lib/dns-cname-record';
import { DnsTxtRecord } from '@cdktf/provider-azurerm/lib/dns-txt-record';
import type { Construct } from 'constructs';
import { isUnresolved } from '../core';
import { Fn, literal } from '../terraform';
import type { CertificateReader } from './certificate-reader';
import type { Checker } from './checker';
import type { EndpointContext } from './context';
import type { DomainOptions } from './exposure-options';
import type { DnsZoneReference } from './references';

const TTL_SECONDS = 300;

export interface DomainProps {
  readonly domain: DomainOptions;
  readonly app: ContainerApp;
  readonly environmentId: string;
  readonly certificateReader: CertificateReader | undefined;
}

export interface BoundDomain {
  readonly url: string;
  readonly customDomain: ContainerAppCustomDomain;
  /** With a certificate in a key vault. */
  readonly certificate: ContainerAppEnvironmentCertificate | undefined;
  /** With `zone`. */
  readonly records: DomainRecords | undefined;
}

export interface DomainRecords {
  readonly address: DnsCnameRecord;
  /** Proves to Container Apps that the name is yours. */
  readonly proof: DnsTxtRecord;
}

/** Gives the app a name of yours, over TLS. */
export function bindDomain(scope: Construct, context: EndpointContext, props: DomainProps): BoundDomain {
  const { domain, app } = props;
  const name = literal(domain.name);
  const records =
    domain.zone === undefined ? undefined : createRecords(scope, context, domain.name, domain.zone, app);
  const certificate = createCertificate(scope, context, props);
  const customDomain = new ContainerAppCustomDomain(scope, 'Domain', {
    name,
    containerAppId: app.id,
    certificateBindingType: 'SniEnabled',
    containerAppEnvironmentCertificateId: certificate?.id ?? environmentCertificate(domain),
    dependsOn: records === undefined ? undefined : [records.proof, records.address],
  });
  return { url: `https://${name}`, customDomain, certificate, records };
}

function environmentCertificate({ certificate }: DomainOptions): string | undefined {
  return 'environmentCertificateId' in certificate
    ? literal(certificate.environmentCertificateId)
    : undefined;
}

function createCertificate(
  scope: Construct,
  { name, tags }: EndpointContext,
  { domain: { certificate }, environmentId, certificateReader }: DomainProps,
): ContainerAppEnvironmentCertificate | undefined {
  if (!('keyVaultSecretId' in certificate)) return undefined;
  return new ContainerAppEnvironmentCertificate(scope, 'Certificate', {
    name: `cert-${name}`,
    containerAppEnvironmentId: environmentId,
    certificateKeyVault: {
      keyVaultSecretId: literal(certificate.keyVaultSecretId),
      identity: certificateReader?.identity.id,
    },
    tags,
    dependsOn: certificateReader === undefined ? undefined : [certificateReader.grant],
  });
}

function createRecords(
  scope: Construct,
  { tags }: EndpointContext,
  name: string,
  zone: DnsZoneReference,
  app: ContainerApp,
): DomainRecords {
  // Computed by Terraform, so that both may be placeholders.
  const label = Fn.trimsuffix(literal(name), literal(`.${zone.name}`));
  const shared = {
    zoneName: literal(zone.name),
    resourceGroupName: literal(zone.resourceGroupName),
    ttl: TTL_SECONDS,
    tags,
  };
  const proof = new DnsTxtRecord(scope, 'DomainProof', {
    ...shared,
    name: `asuid.${label}`,
    record: [{ value: app.customDomainVerificationId }],
  });
  const address = new DnsCnameRecord(scope, 'DomainAddress', {
    ...shared,
    name: label,
    record: app.ingress.fqdn,
  });
  return { address, proof };
}

export function checkDomain(
  check: Checker,
  { name, certificate, zone }: DomainOptions,
  ownEnvironment: boolean,
): void {
  const add = (option: string, what: string, got: unknown, allowed: string, remedy: string) =>
    check.add('AZURE_DOMAIN', `target.exposure.domain.${option}`, { what, got, allowed, remedy });
  if (ownEnvironment && 'keyVaultSecretId' in certificate) {
    add(
      'certificate',
      'the environment is yours, and whether it may read the key vault is not known',
      'keyVaultSecretId',
      'environmentCertificateId',
      'Add the certificate to the environment and give its id.',
    );
  }
  if (zone === undefined || isUnresolved(name) || isUnresolved(zone.name)) return;
  if (name.endsWith(`.${zone.name}`)) return;
  add(
    'name',
    name === zone.name
      ? 'the apex of a zone cannot be an alias of the endpoint'
      : 'the name does not lie in its zone',
    name,
    `a name that ends with .${zone.name}`,
    'Correct the name or give the zone it lies in.',
  );
}
