export { type ModelPackage, openModelPackage, type PackageFile } from './model-package';
