export async function captureStore(_folder: string, _provenance: readonly string[]): Promise<void> {}
