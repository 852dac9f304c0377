import type { FeatureLookup } from '@inferstack/runtime/contract';

export const FEATURES = ['bmi', 'bp', 's1'];

/** What the store has of patients: the first two golden rows would do as well. */
export const PATIENTS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  1: { bmi: 32.1, bp: 101, s1: 157 },
  2: { bmi: 21.6, bp: 87, s1: 183 },
  3: { bmi: 30.5, bp: 93, s1: 156 },
};

/** What a caller sends: keys, and the fields that are in no store. */
export const row = (patient: unknown, more: object = {}): object => ({
  patient_id: patient,
  age: 59,
  sex: '2',
  ...more,
});

/** The same row with its features, as it was sent without a store. */
export const wholeRow = (patient: number, more: object = {}): object => {
  const { patient_id: _, ...rest } = row(patient) as Record<string, unknown>;
  return { ...rest, ...PATIENTS[patient], ...more };
};

/** A lookup for diabetes-fields from a service of one's own. */
export function lookup(url: string, change: Partial<FeatureLookup> = {}): FeatureLookup {
  return {
    name: 'measurements',
    model: 'diabetes-fields',
    source: { type: 'http', url, header: 'authorization' },
    keys: [{ field: 'patient_id', key: 'patient', type: 'integer' }],
    features: [
      { feature: 'bmi', field: 'bmi', default: 26.3 },
      { feature: 'bp', field: 'bp', default: 94.4 },
      { feature: 's1', field: 's1', default: 188.6 },
    ],
    onGiven: 'keep',
    onMissing: 'reject',
    onStale: 'reject',
    onError: 'reject',
    timeoutMs: 5000,
    maxAgeSeconds: null,
    cache: null,
    credentials: null,
    ...change,
  };
}

interface Asked {
  readonly keys: readonly { readonly patient: number }[];
}

/** The answer of the service to what it was asked. */
export function rowsFor({ keys }: Asked, time?: string): object {
  const known = keys.map(({ patient }) => PATIENTS[patient]);
  return { rows: known.map((features) => (features === undefined ? null : { features, time })) };
}
