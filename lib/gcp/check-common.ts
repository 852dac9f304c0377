import { type EndpointPlan, isUnresolved } from '../core';
import type { Checker } from './checker';
import type { Place, ResourceContext } from './context';
import { MAX_NAME_LENGTH } from './names';

/** Numbers go into queries, probes and documents, where a placeholder would be read as the number it is encoded as. */
export function checkNumbersKnown(check: Checker, plan: EndpointPlan): void {
  // The model packages are read from disk: they hold no placeholders, and much data.
  const { models: _, ...known } = plan;
  checkNumbers(check, known, '');
}

export function checkNumbers(check: Checker, value: object, at: string): void {
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'object' && child !== null) checkNumbers(check, child, `${at}${key}.`);
    if (typeof child !== 'number' || !isUnresolved(child)) continue;
    check.add('GCP_TOKEN', `${at}${key}`, {
      what: 'the number is known only at deployment',
      got: 'a placeholder',
      allowed: 'a number known at synthesis',
      remedy: 'Write the number itself, or read it from the environment of the synthesis.',
    });
  }
}

/**
 * @param given what the user named it
 * @param whose `a service of Cloud Run`
 */
export function checkName(
  check: Checker,
  { name }: Pick<ResourceContext, 'name'>,
  given: string | undefined,
  whose: string,
): void {
  if (/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) && name.length <= MAX_NAME_LENGTH) return;
  check.add('GCP_NAME', 'target.name', {
    what: `the name is not usable for ${whose}`,
    got: name,
    allowed: `a letter, then letters, digits and dashes, at most ${MAX_NAME_LENGTH} characters, known at synthesis`,
    remedy: given === undefined ? 'Set name on the target, or use shorter ids.' : 'Correct the name.',
  });
}

export function checkPlace(check: Checker, { project, region }: Place): void {
  const projectId = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
  check.text(
    'GCP_NAME',
    'target.project',
    project,
    projectId,
    'the id of a project, not its number: 6 to 30 characters',
  );
  check.text('GCP_NAME', 'target.region', region, /^[a-z]+-[a-z]+[0-9]+$/, 'a region such as europe-west1');
}

export function checkLabels(check: Checker, labels: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(labels)) {
    const option = `target.labels.${key}`;
    check.text(
      'GCP_LABEL',
      option,
      key,
      /^[a-z][a-z0-9_-]{0,62}$/,
      'a key of lower-case letters, digits, _ and -',
    );
    check.text(
      'GCP_LABEL',
      option,
      value,
      /^[a-z0-9_-]{0,63}$/,
      'at most 63 lower-case letters, digits, _ and -',
    );
  }
}
