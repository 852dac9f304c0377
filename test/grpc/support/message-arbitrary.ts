import fc from 'fast-check';
import { inferenceFile } from '../../../runtime/src/protocols/grpc/messages/inference-file';
import type { FieldFacts } from '../../../runtime/src/protocols/grpc/schema/field';
import type { AnyMessage } from '../../../runtime/src/protocols/grpc/schema/message';
import { text } from './tensor-arbitrary';

type Value = Record<string, unknown>;

/** Any value of a message, by its table; at most one member of a oneof is set. */
export function messageArbitrary(message: AnyMessage): fc.Arbitrary<Value> {
  const fields = Object.entries(message.fields as Record<string, { readonly facts: FieldFacts }>);
  const values = fc.record(
    Object.fromEntries(fields.map(([name, { facts }]) => [name, fieldArbitrary(facts)])),
  );
  return fc.tuple(values, fc.nat()).map(([value, choice]) => chooseOne(fields, value, choice));
}

function chooseOne(
  fields: readonly (readonly [string, { readonly facts: FieldFacts }])[],
  value: Value,
  choice: number,
): Value {
  const members = fields.filter(([, { facts }]) => facts.oneof !== undefined).map(([name]) => name);
  const chosen = members[choice % (members.length + 1)];
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => [
      name,
      members.includes(name) && name !== chosen ? undefined : given,
    ]),
  );
}

function fieldArbitrary(facts: FieldFacts): fc.Arbitrary<unknown> {
  if (facts.mapValue !== undefined) {
    const entry = fc.tuple(text(), messageArbitrary(named(facts.mapValue.typeName)));
    return fc.array(entry, { maxLength: 3 }).map((entries) => new Map(entries));
  }
  const one = facts.type === 'message' ? messageArbitrary(named(facts.typeName!)) : SCALARS[facts.type]!();
  if (facts.repeated) return fc.array(one, { maxLength: 4 });
  return facts.type === 'message' ? fc.option(one, { nil: undefined }) : one;
}

const SCALARS: Readonly<Record<string, () => fc.Arbitrary<unknown>>> = {
  bool: () => fc.boolean(),
  bytes: () => fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  double: () => fc.double(),
  float: () => fc.float(),
  int32: () => fc.integer(),
  int64: () => fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  string: text,
  uint32: () => fc.nat(0xffffffff),
  uint64: () => fc.bigInt(0n, 2n ** 64n - 1n),
};

function named(fullName: string): AnyMessage {
  return inferenceFile.messages.find((message) => message.fullName === fullName)!;
}
