import type { ConformanceTarget } from '../conformance-target';
import { aws } from './aws';
import { kubernetes } from './kubernetes';

/** Every target there is, in the order of the support matrix. */
export const targets: readonly ConformanceTarget[] = [aws, kubernetes];
