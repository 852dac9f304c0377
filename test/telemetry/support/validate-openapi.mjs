// Reads an OpenAPI document from stdin and judges it by the schemas of the specification.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(readFileSync(0, 'utf8')));
console.log(JSON.stringify({ valid, errors, version: validator.version }));
