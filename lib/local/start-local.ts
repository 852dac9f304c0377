import type { AppEndpoint } from './app-endpoint';
import { collectEndpoints } from './collect-endpoints';
import { LocalDeployment, type LocalOptions } from './local-deployment';

/**
 * Starts every endpoint of an app on this machine, with the configuration that would be deployed, and returns when
 * all replicas are ready.
 *
 * @param app the TypeScript or JavaScript file that creates the App, or endpoints collected from it before.
 * @throws ProblemError with a LOCAL_... code; nothing is left running then.
 */
export async function startLocal(
  app: string | readonly AppEndpoint[],
  options: LocalOptions = {},
): Promise<LocalDeployment> {
  const endpoints = typeof app === 'string' ? await collectEndpoints(app) : app;
  const deployment = new LocalDeployment(endpoints, options);
  await deployment.start();
  return deployment;
}
