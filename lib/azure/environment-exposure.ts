import type { Construct } from 'constructs';
import type { EndpointContext } from './context';
import { type BoundExposure, EndpointExposure, type ExposureTarget } from './endpoint-exposure';

/** The app as other apps of its environment see it. */
export class EnvironmentExposure extends EndpointExposure {
  readonly internal = null;
  readonly externalIngress = false;

  check(): void {}

  ingressRanges(): readonly string[] {
    return [];
  }

  bind(_scope: Construct, _context: EndpointContext, { app }: ExposureTarget): BoundExposure {
    return { url: `https://${app.ingress.fqdn}`, domain: undefined, firewall: undefined };
  }
}
