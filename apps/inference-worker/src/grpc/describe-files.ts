import type { PackageDefinition } from '@grpc/proto-loader';
// By its default: Node does not find the names that this module of CommonJS exports.
import descriptor, { type IDescriptorProto, type IFileDescriptorProto } from 'protobufjs/ext/descriptor/index.js';

/** A proto file as reflection tells it: none of ours imports another. */
export interface DescribedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Fully qualified names of what it declares. */
  readonly symbols: readonly string[];
  readonly services: readonly string[];
}

/** The files behind loaded definitions. */
export function describeFiles(definitions: PackageDefinition): readonly DescribedFile[] {
  const files = new Map<string, IFileDescriptorProto>();
  for (const definition of Object.values(definitions)) {
    if (!('fileDescriptorProtos' in definition)) continue;
    for (const bytes of definition.fileDescriptorProtos as readonly Uint8Array[]) {
      const file = descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto;
      files.set(file.name ?? '', file);
    }
  }
  return [...files.values()].map(describeFile);
}

function describeFile(file: IFileDescriptorProto): DescribedFile {
  const scope = file.package ?? '';
  const symbols: string[] = [];
  for (const message of file.messageType ?? []) {
    nameMapEntries(message);
    addSymbols(symbols, scope, message);
  }
  for (const { name } of file.enumType ?? []) symbols.push(`${scope}.${name}`);
  const services = (file.service ?? []).map(({ name }) => `${scope}.${name}`);
  for (const service of file.service ?? [])
    symbols.push(`${scope}.${service.name}`, ...(service.method ?? []).map(({ name }) => `${scope}.${service.name}.${name}`));
  return { name: file.name ?? '', bytes: descriptor.FileDescriptorProto.encode(file).finish(), symbols, services };
}

function addSymbols(symbols: string[], scope: string, message: IDescriptorProto): void {
  const name = `${scope}.${message.name}`;
  symbols.push(name);
  for (const { name: field } of message.field ?? []) symbols.push(`${name}.${field}`);
  for (const { name: inner } of message.enumType ?? []) symbols.push(`${name}.${inner}`);
  for (const nested of message.nestedType ?? []) addSymbols(symbols, name, nested);
}

/** protoc calls the entry of a map `FieldNameEntry`, and clients know it by that; protobufjs leaves the ending out. */
function nameMapEntries(message: IDescriptorProto): void {
  for (const nested of message.nestedType ?? []) {
    nameMapEntries(nested);
    if (nested.options?.mapEntry !== true) continue;
    const before = nested.name;
    const field = message.field?.find(({ typeName }) => typeName === before);
    if (field === undefined) continue;
    nested.name = `${camelCase(field.name ?? '')}Entry`;
    field.typeName = nested.name;
  }
}

function camelCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
