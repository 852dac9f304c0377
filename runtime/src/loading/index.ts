export {
  LOADING_OPTIONS,
  type LoadingOptions,
  loadModelPackage,
  type PackageReference,
} from './load-model-package';
export { LoadingError, loadingProblems } from './problems';
