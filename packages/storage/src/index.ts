export type { ArtifactContent, ArtifactStore, StoredArtifact } from './artifact-store.ts';
export { digestOf } from './digest.ts';
export { FilesystemStore } from './filesystem-store.ts';
export { folderOf, openStorage } from './open-storage.ts';
export { STORE_CONFORMANCE, type ConformanceCase, type StoreUnderTest } from './store-conformance.ts';
