import { type GraphNode, graphEnds } from './graph-ends';
import type { OnnxGraph, OnnxValue } from './onnx-graph';
import type { ProtobufReader } from './protobuf-reader';
import { readValueInfo } from './value-info';

/**
 * Collects what the messages of an ONNX file tell. Field numbers are those of onnx.proto, named at each method.
 *
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export class GraphReader {
  hasGraph = false;
  irVersion: number | undefined;
  private readonly producer = { name: '', version: '' };
  private readonly opsets = new Map<string, number>();
  private readonly metadata = new Map<string, string>();
  private readonly operators = new Map<string, number>();
  private readonly external = new Map<string, number>();
  private readonly nodes: GraphNode[] = [];
  private readonly inputs: OnnxValue[] = [];
  private readonly outputs: OnnxValue[] = [];
  private readonly initializers = new Set<string>();
  private initializerBytes = 0;

  constructor(private readonly reader: ProtobufReader) {}

  /** ModelProto. */
  readModel(): void {
    const { reader } = this;
    reader.fields((field) => {
      if (field === 1) this.irVersion = reader.integer();
      else if (field === 2) this.producer.name = reader.text();
      else if (field === 3) this.producer.version = reader.text();
      else if (field === 7) this.readGraph(true);
      else if (field === 8) this.readOpset();
      else if (field === 14) this.metadata.set(...this.readEntry());
      else if (field === 25) this.readFunction();
      else return false;
      return true;
    });
  }

  result(): OnnxGraph {
    return {
      bytes: this.reader.bytes,
      irVersion: this.irVersion,
      producer: this.producer,
      opsets: Object.fromEntries(this.opsets),
      metadata: Object.fromEntries(this.metadata),
      inputs: this.inputs.filter(({ name }) => !this.initializers.has(name)),
      defaultedInputs: this.inputs.map(({ name }) => name).filter((name) => this.initializers.has(name)),
      outputs: this.outputs,
      operators: Object.fromEntries([...this.operators].sort(([a], [b]) => (a < b ? -1 : 1))),
      ends: graphEnds(
        this.nodes,
        this.inputs.map(({ name }) => name),
        this.outputs.map(({ name }) => name),
      ),
      externalData: [...this.external].map(([location, minBytes]) => ({ location, minBytes })),
      initializerBytes: this.initializerBytes,
    };
  }

  /** OperatorSetIdProto: domain = 1, version = 2. */
  private readOpset(): void {
    let domain = '';
    let version = 0;
    this.reader.message((field, reader) => {
      if (field === 1) domain = reader.text();
      else if (field === 2) version = reader.integer();
      else return false;
      return true;
    });
    this.opsets.set(domain === '' ? 'ai.onnx' : domain, version);
  }

  /** StringStringEntryProto: key = 1, value = 2. */
  private readEntry(): [key: string, value: string] {
    const entry: [string, string] = ['', ''];
    this.reader.message((field, reader) => {
      if (field !== 1 && field !== 2) return false;
      entry[field - 1] = reader.text();
      return true;
    });
    return entry;
  }

  /** GraphProto; of subgraphs only the nodes and weights count. */
  private readGraph(top: boolean): void {
    this.hasGraph ||= top;
    this.reader.message((field, reader) => {
      if (field === 1) this.readNode(top);
      else if (field === 5) this.readInitializer(top);
      else if (field === 15) this.readSparseTensor(top);
      else if (top && field === 11) this.inputs.push(readValueInfo(reader));
      else if (top && field === 12) this.outputs.push(readValueInfo(reader));
      else return false;
      return true;
    });
  }

  /** FunctionProto: node = 7. */
  private readFunction(): void {
    this.reader.message((field) => {
      if (field !== 7) return false;
      this.readNode(false);
      return true;
    });
  }

  /** NodeProto: input = 1, output = 2, op_type = 4, attribute = 5, domain = 7. */
  private readNode(top: boolean): void {
    let operator = '';
    let domain = '';
    let postTransform: string | undefined;
    const inputs: string[] = [];
    const outputs: string[] = [];
    this.reader.message((field, reader) => {
      if (field === 4) operator = reader.text();
      else if (field === 1 && top) inputs.push(reader.text());
      else if (field === 2 && top) outputs.push(reader.text());
      else if (field === 5) postTransform = this.readAttribute() ?? postTransform;
      else if (field === 7) domain = reader.text();
      else return false;
      return true;
    });
    const name = domain === '' || domain === 'ai.onnx' ? operator : `${domain}::${operator}`;
    this.operators.set(name, (this.operators.get(name) ?? 0) + 1);
    if (top) this.nodes.push({ operator: name, inputs, outputs, postTransform });
  }

  /**
   * AttributeProto: name = 1, s = 4, t = 5, g = 6, tensors = 10, graphs = 11, sparse_tensor(s) = 22, 23: weights and
   * subgraphs hide here. Returns the text of post_transform; others may be as long as they like, and are not read.
   */
  private readAttribute(): string | undefined {
    let name = '';
    let value: string | undefined;
    this.reader.message((field, reader) => {
      if (field === 1) name = reader.text();
      else if (field === 4 && name === 'post_transform') value = reader.text();
      else if (field === 5 || field === 10) this.readTensor();
      else if (field === 6 || field === 11) this.readGraph(false);
      else if (field === 22 || field === 23) this.readSparseTensor(false);
      else return false;
      return true;
    });
    return value;
  }

  private readInitializer(top: boolean): void {
    const name = this.readTensor();
    if (top) this.initializers.add(name);
  }

  /** SparseTensorProto: values = 1 (its name is the initializer's), indices = 2. */
  private readSparseTensor(top: boolean): void {
    this.reader.message((field) => {
      if (field === 1) this.readInitializer(top);
      else if (field === 2) this.readTensor();
      else return false;
      return true;
    });
  }

  /** TensorProto: typed data = 4..7, 10, 11; name = 8; raw_data = 9; external_data = 13. Returns the name. */
  private readTensor(): string {
    let name = '';
    const external = new Map<string, string>();
    this.reader.message((field, reader) => {
      if (field === 8) name = reader.text();
      else if (field === 9 || field === 6) this.initializerBytes += reader.skipBytes();
      else if (field === 4 || field === 5 || field === 7 || field === 10 || field === 11) {
        this.initializerBytes += reader.skipNumbers();
      } else if (field === 13) external.set(...this.readEntry());
      else return false;
      return true;
    });
    this.addExternal(external);
    return name;
  }

  private addExternal(entries: ReadonlyMap<string, string>): void {
    const location = entries.get('location');
    if (location === undefined) return;
    const length = wholeNumber(entries.get('length'));
    this.initializerBytes += length;
    const end = wholeNumber(entries.get('offset')) + length;
    this.external.set(location, Math.max(end, this.external.get(location) ?? 0));
  }
}

const wholeNumber = (text = '0'): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);
