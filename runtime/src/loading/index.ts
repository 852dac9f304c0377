export { download } from './download';
export {
  LOADING_OPTIONS,
  type LoadingOptions,
  loadModelPackage,
  type PackageReference,
} from './load-model-package';
export { type PackageLocation, parsePackageUri } from './package-uri';
export { LoadingError, loadingProblems } from './problems';
