export const createModuleFormat = (_: string) => (_m: unknown) => '';
