/** A promise that a test settles by hand. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

export function deferred<Value = void>(): Deferred<Value> {
  const settlers: ((value: Value) => void)[] = [];
  const promise = new Promise<Value>((resolve) => settlers.push(resolve));
  return { promise, resolve: (value) => settlers.forEach((settle) => settle(value)) };
}
