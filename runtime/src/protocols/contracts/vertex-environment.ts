import { type Problem, type RuntimeConfig, show, throwProblems } from '../../contract';

/** Where Vertex AI sends what. */
export interface VertexRoutes {
  readonly health: string;
  readonly predict: string;
}

/** Where the variables are not set: on a laptop, say. */
const ROUTES: VertexRoutes = { health: '/health', predict: '/predict' };

/** The variables of the platform. Source: see the contract `vertex`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Routes that Vertex AI chose by AIP_HEALTH_ROUTE and AIP_PREDICT_ROUTE. @throws ProblemError CONFIG_CONTRACT_ENVIRONMENT */
export function vertexRoutes(environment: Environment): VertexRoutes {
  const problems: Problem[] = [];
  const route = (name: string, fallback: string): string => {
    const value = environment[name];
    if (value === undefined || value === '') return fallback;
    if (!/^\/[\x21-\x7e]*$/.test(value) || /[?#{}]/.test(value))
      problems.push(problem(name, value, 'a path'));
    return value;
  };
  const routes = {
    health: route('AIP_HEALTH_ROUTE', ROUTES.health),
    predict: route('AIP_PREDICT_ROUTE', ROUTES.predict),
  };
  throwProblems(problems, 'the environment');
  return routes;
}

/**
 * The configuration with the port and the place of the model that Vertex AI tells by AIP_HTTP_PORT and AIP_STORAGE_URI,
 * where the contract `vertex` is configured. The digest of the model stays: another package is refused.
 *
 * @throws ProblemError CONFIG_CONTRACT_ENVIRONMENT
 */
export function withVertexEnvironment(config: RuntimeConfig, environment: Environment): RuntimeConfig {
  if (config.contracts?.includes('vertex') !== true) return config;
  const { AIP_HTTP_PORT: port = '', AIP_STORAGE_URI: uri = '' } = environment;
  const problems: Problem[] = [];
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    problems.push(problem('AIP_HTTP_PORT', port, 'a TCP port'));
  }
  if (uri !== '' && config.models.length > 1) {
    problems.push(problem('AIP_STORAGE_URI', uri, 'a configuration with one model'));
  }
  throwProblems(problems, 'the environment');
  const { inference } = config.listeners;
  const listener = port === '' ? inference : { ...inference, port: Number(port) };
  const models = uri === '' ? config.models : config.models.map((model) => ({ ...model, uri }));
  return { ...config, models, listeners: { ...config.listeners, inference: listener } };
}

function problem(at: string, got: string, allowed: string): Problem {
  const what = 'the variable cannot be used';
  const remedy = 'Correct the variable, or take vertex out of contracts.';
  return { code: 'CONFIG_CONTRACT_ENVIRONMENT', at, what, got: show(got), allowed, remedy };
}
