import type { PackageDefinition } from '@grpc/proto-loader';
import { describeFiles, type DescribedFile } from './describe-files.ts';
import { GRPC_STATUS, type GrpcStatus } from './grpc-status.ts';

/** One question of a client; one of its members is set, and `message_request` names it. */
interface ReflectionRequest {
  readonly message_request?: string;
  readonly file_by_filename?: string;
  readonly file_containing_symbol?: string;
  readonly file_containing_extension?: { readonly containing_type: string };
  readonly all_extension_numbers_of_type?: string;
}

/** `grpc.reflection`, in both of its versions: what the files of the services declare. */
export class ReflectionService {
  readonly #files: readonly DescribedFile[];
  readonly #bySymbol: ReadonlyMap<string, DescribedFile>;

  constructor(definitions: PackageDefinition) {
    this.#files = describeFiles(definitions);
    this.#bySymbol = new Map(this.#files.flatMap((file) => file.symbols.map((symbol) => [symbol, file] as const)));
  }

  async *answer(requests: AsyncIterable<ReflectionRequest>): AsyncIterable<object> {
    for await (const request of requests) yield { valid_host: '', original_request: request, ...this.#answerOne(request) };
  }

  #answerOne(request: ReflectionRequest): object {
    switch (request.message_request) {
      case 'list_services':
        return { list_services_response: { service: this.#files.flatMap(({ services }) => services.map((name) => ({ name }))) } };
      case 'file_by_filename':
        return fileAnswer(
          this.#files.find(({ name }) => name === request.file_by_filename),
          `file "${request.file_by_filename}" is not known`,
        );
      case 'file_containing_symbol':
        return fileAnswer(this.#bySymbol.get(request.file_containing_symbol ?? ''), `symbol "${request.file_containing_symbol}" is not known`);
      case 'file_containing_extension':
        return failure(GRPC_STATUS.notFound, `"${request.file_containing_extension?.containing_type}" has no extensions`);
      case 'all_extension_numbers_of_type':
        return this.#extensionsOf(request.all_extension_numbers_of_type ?? '');
      default:
        return failure(GRPC_STATUS.invalidArgument, 'the request asks for nothing that reflection knows');
    }
  }

  #extensionsOf(type: string): object {
    if (!this.#bySymbol.has(type)) return failure(GRPC_STATUS.notFound, `type "${type}" is not known`);
    return { all_extension_numbers_response: { base_type_name: type, extension_number: [] } };
  }
}

function fileAnswer(file: DescribedFile | undefined, otherwise: string): object {
  return file === undefined ? failure(GRPC_STATUS.notFound, otherwise) : { file_descriptor_response: { file_descriptor_proto: [file.bytes] } };
}

function failure(code: GrpcStatus, message: string): object {
  return { error_response: { error_code: code, error_message: message } };
}
