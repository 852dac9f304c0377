import path from 'node:path';
import { type ModelPackage, openModelPackage } from '@inferstack/runtime/model';

/** Where the trained model comes from. It is read and checked when the app is synthesized. */
export abstract class ModelSource {
  /**
   * A model package on disk: `model.yaml`, the ONNX graph, golden samples, baseline.
   *
   * @param directory absolute, or relative to the working directory.
   */
  static fromDirectory(directory: string): ModelSource {
    return new DirectorySource(path.resolve(directory));
  }

  /** @throws ProblemError listing everything that is wrong with the package. */
  abstract bind(): ModelPackage;
}

class DirectorySource extends ModelSource {
  constructor(private readonly directory: string) {
    super();
  }

  bind(): ModelPackage {
    return openModelPackage(this.directory);
  }
}
