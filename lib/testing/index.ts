export { maskHashes } from './mask-hashes';
