import path from 'node:path';
import { Adapter, type FixedWidthColumn, ModelEndpoint, ModelSource } from 'inferstack';
import { ComposeEndpoint, ComposeProject } from 'inferstack/compose';

const project = new ComposeProject({ name: 'progression', outdir: 'out/legacy-adapter' });

const number = (name: string, length: number, decimals: number): FixedWidthColumn => ({
  ...{ name, type: 'number', length, decimals },
});

// The copybook of the nightly extract, line by line. A blank blood value is missing: the model imputes it.
const extract: FixedWidthColumn[] = [
  { name: 'patient', length: 8 }, //  05 PATIENT-ID  PIC X(8).
  number('age', 3, 0), //             05 AGE         PIC 9(3).
  { name: 'sex', length: 1 }, //      05 SEX-CODE    PIC X.
  number('bmi', 4, 1), //             05 BMI         PIC 9(3)V9.
  number('bp', 5, 2), //              05 PRESSURE    PIC 9(3)V99.
  number('s1', 4, 0), //              05 TC          PIC 9(4).
  number('s2', 5, 1), //              05 LDL         PIC 9(4)V9.
  number('s3', 4, 1), //              05 HDL         PIC 9(3)V9.
  number('s4', 4, 2), //              05 TC-HDL      PIC 9(2)V99.
  number('s5', 6, 4), //              05 LTG         PIC 9(2)V9(4).
  number('s6', 3, 0), //              05 GLUCOSE     PIC 9(3).
];

const batch = Adapter.fixedWidth({
  path: '/legacy/extract',
  request: {
    columns: extract,
    encoding: 'latin1',
    // The model does not know patients; the answer does.
    map: '[$.$sift(function($value, $name) { $name != "patient" })]',
  },
  response: {
    format: 'fixed-width',
    encoding: 'latin1',
    columns: [{ name: 'patient', length: 8 }, number('progression', 5, 1)],
    map: '[$map(predictions, function($one, $i) {{ "patient": request[$i].patient, "progression": $one.value }})]',
  },
  errors: { format: 'text', template: 'E {message}\n' },
});

// Messages of a service bus: observations in a list, of which some are left out.
const codes = { bmi: 'BMI', bp: 'MAP', s1: 'TC', s2: 'LDL', s3: 'HDL', s4: 'TC/HDL', s5: 'LTG', s6: 'GLU' };
const observed = Object.entries(codes).map(([field, code]) => `"${field}": results[code="${code}"].value`);

const bus = Adapter.json({
  path: '/legacy/bus',
  request: { map: `[message.patients.{ "age": age, "sex": sexCode, ${observed.join(', ')} }]` },
  response: {
    format: 'json',
    map: `{
      "message": {
        "inReplyTo": request.message.id,
        "model": model & "/" & version,
        "patients": [$map(predictions, function($one, $i) {{
          "id": request.message.patients[$i].id, "progression": $round($one.value, 1)
        }})]
      }
    }`,
  },
  errors: { format: 'json', fields: { fault: 'message', faultCode: 'code', trace: 'requestId' } },
});

// A client made from the WSDL, http://<host>/legacy/soap?wsdl.
const soap = Adapter.soap({
  path: '/legacy/soap',
  request: { operation: 'PredictProgression', namespace: 'urn:clinic:progression', row: 'patient' },
});

new ModelEndpoint(project, 'Progression', {
  model: ModelSource.fromDirectory(path.join(__dirname, '../models/diabetes-fields/1')),
  target: new ComposeEndpoint(),
  scaling: { minReplicas: 2, maxReplicas: 2 },
  runtime: { adapters: [batch, bus, soap] },
});

project.synth();
