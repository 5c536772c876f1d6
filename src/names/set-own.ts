/**
 * object[name] = value, for names that a file or a caller chose: `__proto__` is a name like any other, which an assignment
 * takes for the prototype and drops.
 */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true });
}
